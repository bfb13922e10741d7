// Runs the program: prints its errors, and turns how a run ended into the exit code.

import { readFileSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import type { CommandDefinition, Invocation, Outcome } from './cli/command.js';
import { interruptedExitCode, type Io } from './cli/io.js';
import { applyPreferences } from './cli/preferences.js';
import { createProgram } from './cli/program.js';
import { commands } from './commands/commands.js';
import { withModelPaths } from './commands/options/model.js';
import { reasonOf, toUnspoolError, usageError, UnspoolError } from './errors.js';

const exitCodes = { done: 0, failed: 1, interrupted: interruptedExitCode, findings: 3 } as const;

/** Runs one command line and returns the exit code. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const version = packageVersion();
  const outputFailure = watchOutput(io);
  let verbose = false;
  let code: number = exitCodes.done;
  const program = createProgram(version, commands, async (definition, line) => {
    verbose = isVerbose(line.options);
    const options = await withModelPaths(line.options, io.environment);
    const { status, failures } = await run(definition, {
      ...line,
      options,
      commandLine: commandLineOf(argv),
      version,
      io,
    });
    for (const failure of failures) printError(failure, io, verbose);
    code = exitCodes[status];
  });
  program.hook('preAction', (_, command) => applyPreferences(command, io.environment));
  withoutExit(program, io);
  try {
    if (argv.length <= 2) program.help({ error: true });
    checkHelpWord(program, argv);
    await program.parseAsync(argv);
  } catch (error) {
    const failure =
      error instanceof CommanderError ? fromCommander(error, invocationOf(program, argv)) : toUnspoolError(error);
    if (failure !== undefined) printError(failure, io, verbose);
    code = failure?.exitCode ?? (error instanceof CommanderError && error.exitCode === 0 ? 0 : 2);
  }
  return outputFailure(code, verbose);
}

/** Each definition gets the values of its own options. */
function run({ run }: CommandDefinition, invocation: Invocation<object>): Promise<Outcome> {
  if (run === undefined) throw new Error('a command that only holds others was run');
  return run(invocation as Invocation<never>);
}

function isVerbose(options: object): boolean {
  return 'verbose' in options && options.verbose === true;
}

/**
 * A reader of standard output that leaves is a normal end; any other failure to write is reported once. Returns what
 * turns the exit code of the work into that of the program.
 */
function watchOutput(io: Io): (code: number, verbose: boolean) => Promise<number> {
  let failure: NodeJS.ErrnoException | undefined;
  io.stdout.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  // Nothing can be said about standard error on standard error.
  io.stderr.on('error', () => undefined);
  return async (code, verbose) => {
    // A failure to write is told just after the write.
    await new Promise((resolve) => setImmediate(resolve));
    if (failure === undefined) return code;
    if (failure.code === 'EPIPE') return exitCodes.done;
    const message = `standard output: cannot be written: ${reasonOf(failure)}`;
    printError(new UnspoolError('output-unwritable', message, undefined, 1, { cause: failure }), io, verbose);
    return exitCodes.failed;
  };
}

/** Lets commander throw instead of ending the process and printing, also in subcommands. */
function withoutExit(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    // Its errors are printed below, in one line.
    outputError: () => undefined,
  });
  for (const each of command.commands) withoutExit(each, io);
}

/** commander answers `help` with a word that is no command with the help of all. */
function checkHelpWord({ commands }: Command, [, , word, name]: readonly string[]): void {
  if (word !== 'help' || name === undefined || name.startsWith('-')) return;
  if (name !== word && !commands.some((each) => each.name() === name))
    throw usageError(`help: unknown command '${name}'`, 'see unspool --help');
}

/** The invocation, such as `unspool stream`, of the command that the first words name. */
function invocationOf(program: Command, argv: readonly string[]): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const word of argv.slice(2)) {
    command = command.commands.find((each) => each.name() === word);
    if (command === undefined) break;
    names.push(word);
  }
  return names.join(' ');
}

/** Undefined where help or version, printed already, say it all. */
function fromCommander(error: CommanderError, invocation: string): UnspoolError | undefined {
  if (error.exitCode === 0 || error.code === 'commander.help') return undefined;
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  return usageError(message, suggestion?.replace(/^\((.*)\)$/, '$1') ?? `see ${invocation} --help`);
}

function printError(error: UnspoolError, io: Io, verbose: boolean): void {
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  io.stderr.write(`unspool: ${`${error.message}${hint}`.replace(/\p{Cc}+/gu, ' ')}\n`);
  if (!verbose) return;
  const origin = error.cause instanceof Error ? error.cause : error;
  io.stderr.write(`${(origin.stack ?? '').replace(/[^\P{Cc}\n\t]/gu, '?')}\n`);
}

/** What was typed, with quotes where a shell needs them. */
function commandLineOf(argv: readonly string[]): string {
  const words = argv
    .slice(2)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['unspool', ...words].join(' ');
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
