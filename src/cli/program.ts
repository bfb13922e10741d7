// The command tree, made from the definitions of commands: what --help and the manual pages show.

import { Command } from 'commander';
import { usageError } from '../errors.js';
import type { CommandDefinition, Invocation } from './command.js';
import { addGroups, originsOf, settledValues } from './flags.js';
import { describe } from './help.js';
import { rootOf } from './preferences.js';

/** The whole command tree. */
export type Program = Command;

/** What is called with each command line that is understood. */
export type Runner = (
  definition: CommandDefinition,
  line: Pick<Invocation<object>, 'words' | 'options' | 'originOf' | 'program'>,
) => Promise<void>;

export function createProgram(version: string, definitions: readonly CommandDefinition[], runner: Runner): Command {
  const program = new Command('unspool')
    .description("Reads documents longer than a language model's context, in constant memory.")
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .commandsGroup('Setup:')
    .helpCommand('help [command]', 'print the help of a command')
    // What stands behind a command below another one is its own.
    .enablePositionalOptions()
    .showSuggestionAfterError();
  describe(program, [
    'unspool stream services.log',
    'unspool analyze *.md',
    'unspool config set model ~/models/model.gguf',
    'unspool help stream',
  ]);
  for (const definition of definitions) {
    program.commandsGroup(definition.heading ?? 'Setup:');
    addCommand(program, definition, runner);
  }
  return program;
}

function addCommand(parent: Command, definition: CommandDefinition, runner: Runner): void {
  const { name, summary, description, groups = [], examples, sections, commands = [], isDefault = false } = definition;
  const made = parent
    .command(name, { isDefault })
    .summary(summary)
    .description(description)
    .helpOption('-h, --help', 'print this help');
  for (const { written, help, parse } of definition.arguments ?? []) {
    if (parse === undefined) made.argument(written, help);
    else made.argument<string | undefined>(written, help, parse);
  }
  if (commands.length > 0) made.helpCommand(false).enablePositionalOptions();
  addGroups(made, groups);
  describe(made, examples, sections);
  for (const below of commands) addCommand(made, below, runner);
  if (definition.run === undefined) return;
  // Whatever is no command ends at the default one.
  if (isDefault) made.allowExcessArguments();
  made.action(async () => {
    if (isDefault) refuseWords(parent, made);
    refuseOptionsInFront(parent, made);
    await runner(definition, {
      words: made.processedArgs.flat().filter((word): word is string => word !== undefined),
      options: settledValues(made, groups),
      originOf: originsOf(made),
      program: rootOf(made),
    });
  });
}

function refuseWords(parent: Command, { args: [word] }: Command): void {
  if (word === undefined) return;
  throw usageError(`${parent.name()}: unknown command '${word}'`, `see unspool ${parent.name()} --help`);
}

/** An option of a command that stands in front of one below it would be lost. */
function refuseOptionsInFront(parent: Command, made: Command): void {
  const stray = parent.options.find((each) => parent.getOptionValueSource(each.attributeName()) === 'cli');
  if (stray !== undefined) throw usageError(`${stray.long ?? ''} stands in front of ${made.name()}`, 'write it behind');
}
