// Runs the program: the only place that prints an error or picks an exit code.

import { readFileSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import { interruptedExitCode, type Io } from './cli/io.js';
import { createProgram } from './cli/program.js';
import { runStream } from './cli/stream.js';
import { toUnspoolError, usageError, UnspoolError } from './errors.js';

const exitCodes = { done: 0, failed: 1, interrupted: interruptedExitCode } as const;

/** Runs one command line and returns the exit code. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const verbose = argv.includes('--verbose') || argv.includes('-v');
  let code = 0;
  const program = createProgram(packageVersion(), {
    async stream(files, options, originOf) {
      const outcome = await runStream(files, options, { version: packageVersion(), originOf, io });
      for (const failure of outcome.failures) printError(failure, io, verbose);
      code = exitCodes[outcome.status];
    },
  });
  for (const command of [program, ...program.commands]) withoutExit(command, io);
  try {
    if (argv.length <= 2) program.help({ error: true });
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = error instanceof CommanderError ? fromCommander(error) : toUnspoolError(error);
    if (failure !== undefined) printError(failure, io, verbose);
    return failure?.exitCode ?? 2;
  }
}

/** Lets commander throw instead of ending the process and printing. */
function withoutExit(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    // Its errors are printed below, in one line.
    outputError: () => undefined,
  });
}

/** Undefined where the help, printed already, says it all. */
function fromCommander(error: CommanderError): UnspoolError | undefined {
  if (error.code === 'commander.help') return undefined;
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  return usageError(message, suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'see unspool --help');
}

function printError(error: UnspoolError, io: Io, verbose: boolean): void {
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  io.stderr.write(`unspool: ${error.message.replace(/\p{Cc}+/gu, ' ')}${hint}\n`);
  if (!verbose) return;
  const origin = error.cause instanceof Error ? error.cause : error;
  io.stderr.write(`${origin.stack ?? ''}\n`);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
