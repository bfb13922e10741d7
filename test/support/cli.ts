// Runs the real binary.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const binary = join(root, 'bin/unspool.js');

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface Options {
  /**
   * Written to standard input, which is a socket then: what Node makes where a shell makes a pipe. Otherwise it is
   * /dev/null.
   */
  readonly input?: string | Uint8Array;
  readonly environment?: NodeJS.ProcessEnv;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string, kill: (signal: NodeJS.Signals) => void, processId: number) => void;
}

/** Runs `unspool` with arguments, without a terminal. */
export function runBinary(args: readonly string[], { onLine, ...options }: Options = {}): Promise<Result> {
  return finished(start(args, options), onLine);
}

/** Runs a line of bash in which `unspool` is the binary. */
export function shell(line: string, { onLine, ...options }: Options = {}): Promise<Result> {
  const definition = `unspool() { "${process.execPath}" "${binary}" "$@"; }`;
  return finished(launch('bash', ['-c', `${definition}; ${line}`], options), onLine);
}

/** Starts `unspool`, for tests that act while it runs. */
export function start(args: readonly string[], options: StartOptions = {}): Running {
  return launch(process.execPath, [binary, ...args], options);
}

export interface StartOptions extends Omit<Options, 'onLine'> {
  /** Whether standard input stays open and silent after `input`. */
  readonly silent?: boolean;
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly result: Promise<Result>;
  /** Resolves once all that a stream has shown matches; rejects where the process ends before it does. */
  shows(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void>;
}

/** The environment of a run: that of the test, without what says how to run. */
export function environmentWith(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('UNSPOOL_') && name !== 'NO_COLOR' && name !== 'FORCE_COLOR',
  );
  // Tests share their processors, and llama.cpp's threads wait for each other by spinning.
  return { ...Object.fromEntries(inherited), UNSPOOL_THREADS: '1', UNSPOOL_CONFIG: '', ...more };
}

function launch(command: string, args: readonly string[], { input, environment, silent }: StartOptions): Running {
  const child = spawn(command, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: environmentWith(environment),
  });
  child.stdin?.on('error', () => undefined);
  if (silent === true) child.stdin?.write(input ?? '');
  else child.stdin?.end(input);
  const shown = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (data: string) => (shown[stream] += data));
  }
  const result = new Promise<Result>((resolve) =>
    child.on('close', (code) => {
      resolve({ ...shown, code });
    }),
  );
  const shows = (stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(shown[stream])) resolve();
      };
      child[stream]?.on('data', look);
      child.on('close', () => {
        reject(new Error(`ended before ${stream} showed ${pattern.source}:\n${shown.stdout}${shown.stderr}`));
      });
      look();
    });
  return { child, result, shows };
}

function finished({ child, result }: Running, onLine: Options['onLine']): Promise<Result> {
  let partial = '';
  child.stdout?.on('data', (data: string) => {
    const lines = (partial + data).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) onLine?.(line, (signal) => child.kill(signal), child.pid ?? 0);
  });
  return result;
}

/** JSON lines as objects. */
export function events(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The path of a new file with this content, in a folder of its own. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'unspool-test-')), name);
  writeFileSync(path, content);
  return path;
}
