// The command tree as completions need it: what may follow each word.

import type { Argument, Command, Option } from 'commander';
import type { Choices } from '../parsers.js';
import { preferencesOf } from '../preferences.js';

/** What can stand for a value. */
export type CompletionValues =
  | { readonly kind: 'any' | 'files' | 'folders' | 'models' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Words, separated by commas. */
  | { readonly kind: 'list'; readonly words: readonly string[] }
  /** Depends on the argument before it. */
  | { readonly kind: 'by key'; readonly byKey: Readonly<Record<string, CompletionValues>> };

export interface CompletedOption {
  /** As typed: `-o`, `--output`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Undefined for an option without a value. */
  readonly values: CompletionValues | undefined;
  /** In words for people, such as `file`. */
  readonly placeholder: string;
  /** Whether it may be given several times. */
  readonly repeats: boolean;
}

export interface CompletedArgument {
  readonly name: string;
  readonly values: CompletionValues;
  readonly repeats: boolean;
}

export interface CompletedCommand {
  /** As called: `unspool config set`. */
  readonly called: string;
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CompletedCommand[];
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly CompletedArgument[];
}

/** All that --help shows of a program. */
export function completedProgram(program: Command): CompletedCommand {
  const completed = (command: Command, called: string): CompletedCommand => {
    const helper = command.createHelp();
    return {
      called,
      name: command.name(),
      // commander's own command to help has a description only.
      summary: command.summary() || command.description(),
      commands: helper.visibleCommands(command).map((each) => completed(each, `${called} ${each.name()}`)),
      options: helper.visibleOptions(command).map(completedOption),
      arguments: command.registeredArguments.map((argument) => ({
        name: argument.name(),
        values: argumentValues(argument, program),
        repeats: argument.variadic,
      })),
    };
  };
  return completed(program, program.name());
}

/** The command and all that are below it. */
export function withAllBelow(command: CompletedCommand): readonly CompletedCommand[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}

function completedOption(option: Option): CompletedOption {
  const placeholder = placeholderOf(option);
  return {
    names: [option.short, option.long].filter((name) => name !== undefined),
    description: option.description,
    values: placeholder === undefined ? undefined : optionValues(option),
    placeholder: placeholder ?? '',
    // A parser that is given what came before collects.
    repeats: option.parseArg !== undefined && option.parseArg.length > 1,
  };
}

function optionValues(option: Option): CompletionValues {
  if (option.long === '--model' || option.long === '--embedding-model') return { kind: 'models' };
  return choicesOf(option) ?? namedValues(placeholderOf(option));
}

function argumentValues(argument: Argument, program: Command): CompletionValues {
  switch (argument.name()) {
    case 'command':
      return { kind: 'words', words: program.commands.map((each) => each.name()) };
    case 'key':
      return { kind: 'words', words: preferencesOf(program).map(({ key }) => key) };
    case 'value':
      return { kind: 'by key', byKey: settingValues(program) };
    default:
      return choicesOf(argument) ?? namedValues(argument.name());
  }
}

function choicesOf({ parseArg }: { readonly parseArg?: object | undefined }): CompletionValues | undefined {
  if (parseArg === undefined || !('choices' in parseArg)) return undefined;
  const { choices, list } = parseArg as Choices;
  return { kind: list ? 'list' : 'words', words: choices };
}

/** What `config set KEY` takes. */
function settingValues(program: Command): Record<string, CompletionValues> {
  const isSwitch = (option: Option): boolean => placeholderOf(option) === undefined;
  return Object.fromEntries(
    preferencesOf(program).map(({ key, option }) => [
      key,
      isSwitch(option) ? { kind: 'words', words: ['true', 'false'] } : optionValues(option),
    ]),
  );
}

/** By the word that --help shows in its place. */
function namedValues(name: string | undefined): CompletionValues {
  switch (name) {
    case 'file':
      return { kind: 'files' };
    case 'folder':
      return { kind: 'folders' };
    case 'model':
      return { kind: 'models' };
    default:
      return { kind: 'any' };
  }
}

function placeholderOf({ flags }: Option): string | undefined {
  return /<(.+)>/.exec(flags)?.[1];
}

/** `unspool stream --top` and so on: what the next word belongs to. */
export function optionsWithValues({ called, options }: CompletedCommand): string[] {
  return options.flatMap(({ names, values }) => (values === undefined ? [] : names.map((name) => `${called} ${name}`)));
}
