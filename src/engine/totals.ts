// Sums over the documents of a run.

import type { Account, Perplexity, TokenAccount } from './events.js';
import { capacity, type Policy } from './policy.js';
import type { ScoreResult } from './run.js';
import { perplexityOf, SurpriseTally } from './surprise.js';

export const emptyAccount: Account = {
  bytes: 0,
  lines: 0,
  invalidBytes: 0,
  controlCharacters: 0,
  tokens: { read: 0, scored: 0, evicted: 0, inView: 0, skipped: 0 },
};

export class RunTotals {
  readonly #policy: Policy;
  readonly #tally: SurpriseTally;
  #documents = 0;
  #account = emptyAccount;

  constructor(policy: Policy, hasBeginning: boolean) {
    this.#policy = policy;
    this.#tally = new SurpriseTally(capacity(policy, hasBeginning));
  }

  add({ account, tally }: ScoreResult): void {
    this.#documents += 1;
    this.#tally.include(tally);
    this.#account = sumOf(this.#account, account);
  }

  figures(): { documents: number; account: Account; perplexity: Perplexity } {
    return {
      documents: this.#documents,
      account: this.#account,
      perplexity: perplexityOf(this.#tally, this.#policy),
    };
  }
}

function sumOf(a: Account, b: Account): Account {
  return {
    bytes: a.bytes + b.bytes,
    lines: a.lines + b.lines,
    invalidBytes: a.invalidBytes + b.invalidBytes,
    controlCharacters: a.controlCharacters + b.controlCharacters,
    tokens: sumOfTokens(a.tokens, b.tokens),
  };
}

function sumOfTokens(a: TokenAccount, b: TokenAccount): TokenAccount {
  return {
    read: a.read + b.read,
    scored: a.scored + b.scored,
    evicted: a.evicted + b.evicted,
    inView: a.inView + b.inView,
    skipped: a.skipped + b.skipped,
  };
}
