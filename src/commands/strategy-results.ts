// The replies of strategies, example by example, in a file that a later run goes on from.

import type { StrategiesExample } from '../engine/events.js';
import { openRunFile, type RunIdentity } from './run-file.js';

export interface StrategyResults {
  /** Of an earlier run; undefined where there is none. */
  find(example: number): StrategiesExample | undefined;
  add(result: StrategiesExample): void;
}

/** Without a file, nothing is kept. */
export const noStrategyResults: StrategyResults = { find: () => undefined, add: () => undefined };

/** Throws an `UnspoolError` for a file of another run. */
export function openStrategyResults(path: string, identity: RunIdentity): StrategyResults {
  const kind = { noun: 'results', command: 'unspool prompt compare', mark: 'strategies' } as const;
  const file = openRunFile(path, identity, kind);
  const known = new Map<number, StrategiesExample>();
  for (const line of file.lines) {
    const result = line as StrategiesExample | undefined;
    if (result?.event === 'strategies-example') known.set(result.example, result);
  }
  return {
    find: (example) => known.get(example),
    add(result) {
      file.add(result);
    },
  };
}
