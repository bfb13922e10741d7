// The results of pauses, example by example, in a file that a later run goes on from.

import type { ExampleResult } from '../../engine/events/events.js';
import { openRunFile, type RunIdentity } from '../run/run-file.js';

export interface ResultsFile {
  /** Of an earlier run; undefined where there is none. */
  find(task: number, example: number): ExampleResult | undefined;
  add(result: ExampleResult): void;
}

/** Without a file, nothing is kept. */
export const noResults: ResultsFile = { find: () => undefined, add: () => undefined };

/** Throws an `UnspoolError` for a file of another run. */
export function openResults(path: string, identity: RunIdentity): ResultsFile {
  const kind = { noun: 'results', command: 'unspool pause-eval', mark: 'pauses' } as const;
  const file = openRunFile(path, identity, kind);
  const known = new Map<string, ExampleResult>();
  for (const line of file.lines) {
    const result = line as ExampleResult | undefined;
    if (result?.event === 'example') known.set(`${result.task.index} ${result.example}`, result);
  }
  return {
    find: (task, example) => known.get(`${task} ${example}`),
    add(result) {
      file.add(result);
    },
  };
}
