// A file of JSON lines that a run adds to, and that a later run goes on from. The first line says of which run it is.

import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { reasonOf, UnspoolError } from '../../errors.js';
import { replaceFile } from '../../files/replaced-file.js';

/** What must be the same for a file to belong to a run. */
export type RunIdentity = Readonly<Record<string, unknown>>;

export interface RunFileKind {
  readonly noun: 'results' | 'notes';
  /** The command that writes such files. */
  readonly command: string;
  /** What is in the first line of such files only. */
  readonly mark: string;
}

export interface RunFile {
  /** Of earlier runs, in order. */
  readonly lines: readonly unknown[];
  add(line: object): void;
}

/**
 * Makes the file where it is missing, and reads what it holds. What an interruption left of a last line is dropped. Throws
 * an `UnspoolError` for a file of another run.
 */
export function openRunFile(path: string, identity: RunIdentity, kind: RunFileKind): RunFile {
  return {
    lines: attempt(path, () => (existsSync(path) ? read(path, identity, kind) : create(path, identity))),
    add(line) {
      attempt(path, () => {
        appendFileSync(path, `${JSON.stringify(line)}\n`);
      });
    },
  };
}

/** It has its first line from the beginning: whenever a run is killed, the file can be used. */
function create(path: string, identity: RunIdentity): readonly unknown[] {
  replaceFile(path, `${JSON.stringify(identity)}\n`);
  return [];
}

function read(path: string, identity: RunIdentity, { noun, command, mark }: RunFileKind): readonly unknown[] {
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first = '', ...lines] = whole.split('\n').slice(0, -1);
  const recorded = parseLine(first);
  if (typeof recorded !== 'object' || recorded === null || !(mark in recorded)) {
    const message = `${path}: holds no ${noun} of ${command}`;
    throw new UnspoolError(`no-${noun}`, message, 'give --resume another name');
  }
  const before = recorded as RunIdentity;
  const names = Object.keys(identity);
  const other = names.find((name) => JSON.stringify(before[name]) !== JSON.stringify(identity[name]));
  if (other !== undefined) {
    const is = difference(other, before[other] ?? null, identity[other] ?? null);
    const inputs = noun === 'results' ? 'tasks' : 'documents';
    // Where it is not given, it may follow the free memory.
    const { context } = before;
    const isContext = other === 'context' && typeof context === 'number';
    const hint = `give ${isContext ? `--context ${context}` : `the same options and ${inputs}`}, or --resume another file`;
    throw new UnspoolError(`other-${noun}`, `${path}: is of another run: ${is}`, hint);
  }
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return lines.map(parseLine);
}

function difference(name: string, before: unknown, now: unknown): string {
  if (before === null) return `${name} was not given`;
  const was = JSON.stringify(before);
  return now === null ? `${name} was ${was}` : `${name} ${was}, not ${JSON.stringify(now)}`;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function attempt<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof UnspoolError) throw error;
    const hint = 'give --resume a file in a folder that exists and can be written';
    throw new UnspoolError('output-unwritable', `${path}: cannot be written: ${reasonOf(error)}`, hint, 1, {
      cause: error,
    });
  }
}
