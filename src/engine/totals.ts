// Sums over the documents of a run.

import type { Account, RollingPerplexity } from './events/events.js';
import { capacity, type Policy } from './policy.js';
import type { ScoreResult } from './run.js';
import { perplexityOf, SurpriseTally } from './surprise.js';

export const emptyAccount: Account = {
  bytes: 0,
  lines: 0,
  skippedLines: 0,
  skippedBytes: 0,
  invalidBytes: 0,
  controlCharacters: 0,
  tokens: { read: 0, scored: 0, evicted: 0, inView: 0, skipped: 0 },
};

/** The perplexity of several documents, under one policy. */
export class RunTotals {
  readonly #policy: Policy;
  readonly #tally: SurpriseTally;

  constructor(policy: Policy, hasBeginning: boolean) {
    this.#policy = policy;
    this.#tally = new SurpriseTally(capacity(policy, hasBeginning));
  }

  add({ tally }: Pick<ScoreResult, 'tally'>): void {
    this.#tally.include(tally);
  }

  perplexity(): RollingPerplexity {
    return perplexityOf(this.#tally, this.#policy);
  }
}

export function sumOf({ tokens: left, ...a }: Account, { tokens: right, ...b }: Account): Account {
  return { ...sums(a, b), tokens: sums(left, right) };
}

function sums<Key extends string>(
  a: Readonly<Record<Key, number>>,
  b: Readonly<Record<Key, number>>,
): Record<Key, number> {
  const keys = Object.keys(a) as Key[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Record<Key, number>;
}
