// The replies of strategies, example by example, in a file that a later run goes on from.

import { createHash } from 'node:crypto';
import type { StrategiesExample } from '../../../engine/events/events.js';
import { openRunFile, type RunIdentity } from '../../run/run-file.js';
import type { PreparedExample } from './replies.js';

/** `asked`: the `digestOf` an example. */
export interface StrategyResults {
  /** Of an earlier run that asked the same; undefined where none did. */
  find(asked: string): StrategiesExample | undefined;
  add(result: StrategiesExample, asked: string): void;
}

/** A line of the file. */
type KeptExample = StrategiesExample & { readonly asked: string };

/** Without a file, nothing is kept. */
export const noStrategyResults: StrategyResults = { find: () => undefined, add: () => undefined };

/** Throws an `UnspoolError` for a file of another run. */
export function openStrategyResults(path: string, identity: RunIdentity): StrategyResults {
  const kind = { noun: 'results', command: 'unspool prompt compare', mark: 'strategies' } as const;
  const file = openRunFile(path, identity, kind);
  const known = new Map<string, StrategiesExample>();
  for (const line of file.lines) {
    const result = line as KeptExample | undefined;
    if (result?.event === 'strategies-example') known.set(result.asked, result);
  }
  return {
    find: (asked) => known.get(asked),
    add(result, asked) {
      const line: KeptExample = { ...result, asked };
      file.add(line);
    },
  };
}

/** Of all that the replies and their marks follow from, options aside: an example that was edited is another. */
export function digestOf({ example, prompts }: PreparedExample, contextSize: number | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([example.question, prompts, contextSize]))
    .digest('hex');
}
