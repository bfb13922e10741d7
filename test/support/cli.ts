// Runs the real binary.

import { spawn } from 'node:child_process';
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
  /** Written to standard input, which is a pipe then; otherwise it is /dev/null. */
  readonly input?: string | Uint8Array;
  readonly environment?: NodeJS.ProcessEnv;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string, kill: (signal: NodeJS.Signals) => void, processId: number) => void;
}

/** Runs `unspool` with arguments, without a terminal. */
export function unspool(args: readonly string[], options: Options = {}): Promise<Result> {
  return run(process.execPath, [binary, ...args], options);
}

/** Runs a line of bash in which `unspool` is the binary. */
export function shell(line: string, options: Options = {}): Promise<Result> {
  return run('bash', ['-c', `unspool() { "${process.execPath}" "${binary}" "$@"; }; ${line}`], options);
}

function run(command: string, args: readonly string[], { input, environment, onLine }: Options): Promise<Result> {
  const inherited = { ...process.env };
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'UNSPOOL_MODEL']) Reflect.deleteProperty(inherited, name);
  const child = spawn(command, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // Tests share their processors, and llama.cpp's threads wait for each other by spinning.
    env: { ...inherited, UNSPOOL_THREADS: '1', ...environment },
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  let partial = '';
  child.stdout?.setEncoding('utf8').on('data', (data: string) => {
    stdout += data;
    const lines = (partial + data).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) onLine?.(line, (signal) => child.kill(signal), child.pid ?? 0);
  });
  child.stderr?.setEncoding('utf8').on('data', (data: string) => (stderr += data));
  return new Promise((resolve) =>
    child.on('close', (code) => {
      resolve({ stdout, stderr, code });
    }),
  );
}

/** JSON lines as objects. */
export function events(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const folder = mkdtempSync(join(tmpdir(), 'unspool-test-'));

/** The path of a new file with this content. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
