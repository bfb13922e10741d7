// How much longer contexts help: surprise by the number of tokens in front, over chunks of a document.

import type { DocumentLabel, HorizonRow, TokenRange } from '../engine/events/events.js';
import { RunningMean } from './statistics/running-mean.js';

/** The first range of contexts ends here; shorter ones would be single tokens, and say little. */
const shortestContext = 16;

interface Octave {
  readonly context: TokenRange;
  readonly nats: RunningMean;
  /** Surprise in the range before minus this, chunk by chunk. */
  readonly gain: RunningMean;
}

/**
 * Means over chunks by ranges of contexts that double: 1 to 15 tokens in front, 16 to 31, 32 to 63 and on. The tokens
 * of a chunk depend on each other, so chunks are the batches that errors come from, and a gain is the mean difference
 * of two ranges within the same chunk. Constant memory.
 */
export class Horizon {
  readonly #octaves: readonly Octave[];
  readonly #chunkTokens: number;
  #chunks = 0;

  /** `chunkTokens`: tokens of every chunk as the model sees it, one added at its beginning included. */
  constructor(chunkTokens: number) {
    this.#chunkTokens = chunkTokens;
    this.#octaves = octaves(chunkTokens).map((context) => ({
      context,
      nats: new RunningMean(),
      gain: new RunningMean(),
    }));
  }

  /**
   * Takes in one complete chunk: nats at index p for the token with p tokens in front. Index 0 is not looked at.
   * Throws a RangeError for any other length, since a mean over chunks weighs each alike.
   */
  add(scores: Float32Array): void {
    if (scores.length !== this.#chunkTokens) {
      throw new RangeError(`a chunk of ${scores.length} tokens among chunks of ${this.#chunkTokens}`);
    }
    let before: number | undefined;
    for (const { context, nats, gain } of this.#octaves) {
      const mean = meanOf(scores, context);
      nats.add(mean);
      if (before !== undefined) gain.add(before - mean);
      before = mean;
    }
    this.#chunks += 1;
  }

  /** None without a chunk. */
  rows(document: DocumentLabel): HorizonRow[] {
    const chunks = this.#chunks;
    if (chunks === 0) return [];
    return this.#octaves.map(({ context, nats, gain }) => ({
      event: 'horizon-row',
      document,
      context,
      natsPerToken: nats.mean,
      standardError: nats.standardError,
      gain: gain.count === 0 ? null : { natsPerToken: gain.mean, standardError: gain.standardError },
      chunks,
    }));
  }
}

function octaves(chunkTokens: number): TokenRange[] {
  const ranges: TokenRange[] = [];
  for (let from = 1, to = shortestContext; from < chunkTokens; from = to, to *= 2) {
    ranges.push([from, Math.min(to, chunkTokens)]);
  }
  return ranges;
}

function meanOf(scores: Float32Array, [from, to]: TokenRange): number {
  let sum = 0;
  for (const score of scores.subarray(from, to)) sum += score;
  return sum / (to - from);
}
