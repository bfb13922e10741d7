// Surprise by position in a document, in bounded memory.

import type { CurvePoint, TokenRange } from '../engine/events/events.js';

/** As fine as a plot can show. */
const mostPoints = 128;

interface CurveSum {
  readonly tokens: TokenRange;
  /** Scored tokens. */
  readonly scored: number;
  readonly nats: number;
  readonly blocks: number;
}

/** Adds up blocks to at most 128 points of equally many blocks each; the last may hold fewer. */
export class Curve {
  #sums: CurveSum[] = [];
  #blocksPerPoint = 1;

  /** Takes in the next block: its scored tokens and the sum of their surprise in nats. An empty block adds nothing. */
  add(tokens: TokenRange, nats: number): void {
    const scored = tokens[1] - tokens[0];
    if (scored === 0) return;
    const block = { tokens, scored, nats, blocks: 1 };
    const last = this.#sums.at(-1);
    if (last !== undefined && last.blocks < this.#blocksPerPoint) {
      this.#sums[this.#sums.length - 1] = joinSums(last, block);
      return;
    }
    if (this.#sums.length === mostPoints) {
      this.#sums = pairs(this.#sums);
      this.#blocksPerPoint *= 2;
    }
    this.#sums.push(block);
  }

  get points(): CurvePoint[] {
    return this.#sums.map(({ tokens, scored, nats }) => ({ tokens, natsPerToken: nats / scored }));
  }
}

/** Neighbours joined two by two: half as many points, each twice as wide. */
function pairs(sums: readonly CurveSum[]): CurveSum[] {
  return sums.flatMap((first, index) => {
    if (index % 2 === 1) return [];
    const second = sums[index + 1];
    return [second === undefined ? first : joinSums(first, second)];
  });
}

function joinSums(first: CurveSum, second: CurveSum): CurveSum {
  return {
    tokens: [first.tokens[0], second.tokens[1]],
    scored: first.scored + second.scored,
    nats: first.nats + second.nats,
    blocks: first.blocks + second.blocks,
  };
}
