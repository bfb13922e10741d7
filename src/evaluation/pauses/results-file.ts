// The results of a run, example by example, in a file that a later run goes on from.

import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { ExampleResult } from '../../engine/events.js';
import { UnspoolError } from '../../errors.js';

/** What must be the same for results to belong together. */
export type RunIdentity = Readonly<Record<string, unknown>>;

export interface ResultsFile {
  /** Of an earlier run; undefined where there is none. */
  find(task: number, example: number): ExampleResult | undefined;
  add(result: ExampleResult): void;
}

/** Without a file, nothing is kept. */
export const noResults: ResultsFile = { find: () => undefined, add: () => undefined };

/**
 * Makes the file where it is missing, and reads what it holds. What an interruption left of a last line is dropped. Throws
 * an `UnspoolError` for a file of another run.
 */
export function openResults(path: string, identity: RunIdentity): ResultsFile {
  const known = new Map<string, ExampleResult>();
  attempt(path, () => {
    if (existsSync(path)) read(path, identity, known);
    else writeFileSync(path, `${JSON.stringify(identity)}\n`);
  });
  return {
    find: (task, example) => known.get(`${task} ${example}`),
    add(result) {
      attempt(path, () => {
        appendFileSync(path, `${JSON.stringify(result)}\n`);
      });
    },
  };
}

function read(path: string, identity: RunIdentity, known: Map<string, ExampleResult>): void {
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first = '', ...lines] = whole.split('\n').slice(0, -1);
  const recorded = parsed(first) as RunIdentity | undefined;
  if (recorded === undefined || !('pauses' in recorded)) {
    throw new UnspoolError(
      'no-results',
      `${path}: holds no results of unspool pause-eval`,
      'give --resume another name',
    );
  }
  const names = Object.keys(identity);
  const other = names.find((name) => JSON.stringify(recorded[name]) !== JSON.stringify(identity[name]));
  if (other !== undefined) {
    const message = `${path}: is of another run: ${other} ${JSON.stringify(recorded[other])}, not ${JSON.stringify(identity[other])}`;
    throw new UnspoolError('other-results', message, 'give the same options and tasks, or --resume another file');
  }
  for (const line of lines) {
    const result = parsed(line) as ExampleResult | undefined;
    if (result?.event === 'example') known.set(`${result.task.index} ${result.example}`, result);
  }
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof UnspoolError) throw error;
    const reason = error instanceof Error ? (error.message.split(', ', 1)[0] ?? '') : String(error);
    const hint = 'give --resume a file in a folder that exists and can be written';
    throw new UnspoolError('output-unwritable', `${path}: cannot be written: ${reason}`, hint, 1, { cause: error });
  }
}
