// The process's streams and environment, as the rest of the program sees them.

import { fstatSync } from 'node:fs';

export const interruptedExitCode = 130;

export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether standard input is a file, a pipe or a socket, not a terminal or /dev/null: the test that ripgrep makes. */
  isStdinConnected(): boolean;
  /** Whether standard output and standard error are one terminal. */
  isOneTerminal(): boolean;
  /**
   * Calls back on the first interrupt or request to end; a second one ends the process, after `cleanUp`. Returns what
   * counts as one.
   */
  onInterrupt(callback: () => void, cleanUp: () => void): () => void;
}

export const processIo: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  isStdinConnected() {
    try {
      const status = fstatSync(0);
      return status.isFile() || status.isFIFO() || status.isSocket();
    } catch {
      return false;
    }
  },
  isOneTerminal() {
    if (!process.stdout.isTTY || !process.stderr.isTTY) return false;
    try {
      return fstatSync(1).rdev === fstatSync(2).rdev;
    } catch {
      return true;
    }
  },
  onInterrupt(callback, cleanUp) {
    let interrupted = false;
    const handle = (): void => {
      if (interrupted) {
        cleanUp();
        process.exit(interruptedExitCode);
      }
      interrupted = true;
      callback();
    };
    // Stays for good: without a listener, signal-exit (in a library of node-llama-cpp's) would raise the signal again.
    process.on('SIGINT', handle);
    process.on('SIGTERM', handle);
    process.on('SIGHUP', handle);
    return handle;
  },
};

/** The width of a terminal; infinite where a stream is none, and where one does not tell. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : Infinity;
}

/** Whether something may move there. Some terminals have no size. */
export function hasRoom({ isTTY, columns }: NodeJS.WriteStream): boolean {
  return isTTY && columns > 0;
}

/** Whether a screen that draws itself over and over suits the terminal, and not only a line. */
export function canDraw(stream: NodeJS.WriteStream, { TERM, CI, CONTINUOUS_INTEGRATION }: NodeJS.ProcessEnv): boolean {
  // As Ink takes it, which draws nothing there.
  const isIn = (variable: string | undefined): boolean =>
    variable !== undefined && variable !== '0' && variable !== 'false';
  return stream.isTTY && TERM !== 'dumb' && !isIn(CI) && !isIn(CONTINUOUS_INTEGRATION);
}

/** Whether colour is wanted on a stream: NO_COLOR and FORCE_COLOR, where not empty, as their conventions say. */
export function wantsColor(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv, allowed: boolean): boolean {
  if (!allowed || (environment.NO_COLOR ?? '') !== '') return false;
  const forced = environment.FORCE_COLOR ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return stream.isTTY && environment.TERM !== 'dumb';
}
