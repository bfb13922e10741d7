// Runs the command line inside the test's own process: the same work as the binary's, without a start for each run.

import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Io } from '../../src/cli/io.js';
import { main } from '../../src/main.js';
import { environmentWith, type Result } from './cli.js';

export interface Options {
  /** Is standard input, a pipe then. Otherwise it is as /dev/null. */
  readonly input?: string | Uint8Array;
  /** Whether standard input stays open and silent after `input`. */
  readonly silent?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  /** Of the terminal that standard output and standard error are. Without: no terminal. */
  readonly columns?: number;
  /** Called with each line of standard output, and with what interrupts as Ctrl-C does. */
  readonly onLine?: (line: string, interrupt: () => void) => void;
}

let last: Promise<unknown> = Promise.resolve();

/** What `unspool` with arguments does. One run after another: its environment is that of the process. */
export function unspool(args: readonly string[], options: Options = {}): Promise<Result> {
  const result = last.then(() => run(args, options));
  last = result.catch(() => undefined);
  return result;
}

async function run(args: readonly string[], options: Options): Promise<Result> {
  const { input, columns, onLine } = options;
  const before = { ...process.env };
  setEnvironment(environmentWith(options.environment));
  let interrupt = (): void => undefined;
  const interrupted = (): void => {
    interrupt();
  };
  const tellLine = (line: string): void => onLine?.(line, interrupted);
  const stdout = new Collected(columns, onLine && tellLine);
  const stderr = new Collected(columns);
  const stdin = new PassThrough();
  if (options.silent === true) stdin.write(input ?? '');
  else stdin.end(input);
  const io: Io = {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    environment: process.env,
    isStdinConnected: () => input !== undefined,
    isOneTerminal: () => columns !== undefined,
    onInterrupt: (callback) => (interrupt = callback),
  };
  try {
    const code = await main([process.execPath, 'unspool', ...args], io);
    return { stdout: stdout.text, stderr: stderr.text, code };
  } finally {
    setEnvironment(before);
  }
}

/** A stream that keeps what is written. */
class Collected extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly #decoder = new StringDecoder();
  #line = '';

  constructor(
    readonly columns: number | undefined,
    readonly onLine?: (line: string) => void,
  ) {
    super({ decodeStrings: true });
    this.isTTY = columns !== undefined;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const text = this.#decoder.write(chunk);
    this.text += text;
    if (this.onLine !== undefined) {
      const lines = (this.#line + text).split('\n');
      this.#line = lines.pop() ?? '';
      for (const line of lines) this.onLine(line);
    }
    done();
  }

  // What a spinner asks of a terminal.
  cursorTo(column: number): boolean {
    return this.write(`\u001b[${column + 1}G`);
  }

  moveCursor(_: number, rows: number): boolean {
    return rows === 0 || this.write(`\u001b[${Math.abs(rows)}${rows < 0 ? 'A' : 'B'}`);
  }

  clearLine(): boolean {
    return this.write('\u001b[2K');
  }
}

/** Gives the process this environment, name by name: the system's own lookups, such as that of the home folder, see no new object. */
function setEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) {
    if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
  }
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
}
