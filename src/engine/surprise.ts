// Sums of token scores, and what follows from them: perplexity, its error, bits per byte. Constant memory.

import type { RollingPerplexity } from './events/events.js';
import { formatPolicy, type Policy } from './policy.js';

/** Below this, the spread of batch means says too little about their error. */
export const fewestBatches = 20;
/** Batches shorter than this stay correlated on prose. */
export const shortestBatch = 512;

/** A tally as data. */
export interface TallyState {
  readonly tokens: number;
  readonly nats: number;
  readonly bytes: number;
  readonly batches: number;
  readonly batchMean: number;
  readonly squares: number;
  readonly documents: number;
  readonly openTokens: number;
  readonly openNats: number;
}

/**
 * Adds up surprise (nats per token) and estimates the error of its mean by batch means: token scores are
 * autocorrelated, so the error that independent tokens would have is several times too small. Batches are runs of
 * `batchTokens` consecutive tokens (Law 2015, "Simulation Modeling and Analysis", section 9.5.3).
 */
export class SurpriseTally {
  readonly batchTokens: number;
  tokens = 0;
  nats = 0;
  /** UTF-8 bytes of the scored tokens. */
  bytes = 0;
  #batches = 0;
  #batchMean = 0;
  /** Sum of squared deviations of batch means within each document. */
  #squares = 0;
  #documents = 0;
  #openTokens = 0;
  #openNats = 0;

  /** `capacity`: tokens in view at most; scores further apart than that share no context. */
  constructor(capacity: number) {
    this.batchTokens = Math.max(shortestBatch, capacity);
  }

  /** `state`: of a tally with the same batches. */
  static from(capacity: number, state: TallyState): SurpriseTally {
    const tally = new SurpriseTally(capacity);
    tally.tokens = state.tokens;
    tally.nats = state.nats;
    tally.bytes = state.bytes;
    tally.#batches = state.batches;
    tally.#batchMean = state.batchMean;
    tally.#squares = state.squares;
    tally.#documents = state.documents;
    tally.#openTokens = state.openTokens;
    tally.#openNats = state.openNats;
    return tally;
  }

  state(): TallyState {
    return {
      tokens: this.tokens,
      nats: this.nats,
      bytes: this.bytes,
      batches: this.#batches,
      batchMean: this.#batchMean,
      squares: this.#squares,
      documents: this.#documents,
      openTokens: this.#openTokens,
      openNats: this.#openNats,
    };
  }

  /** Adds the scores of consecutive tokens, which together stand for `bytes` of text. Returns their sum in nats. */
  add(scores: Float32Array, bytes: number): number {
    let sum = 0;
    for (const score of scores) {
      sum += score;
      this.#openNats += score;
      this.#openTokens += 1;
      if (this.#openTokens === this.batchTokens) this.#closeBatch();
    }
    this.tokens += scores.length;
    this.nats += sum;
    this.bytes += bytes;
    return sum;
  }

  #closeBatch(): void {
    const mean = this.#openNats / this.batchTokens;
    this.#batches += 1;
    this.#documents = Math.max(this.#documents, 1);
    const deviation = mean - this.#batchMean;
    this.#batchMean += deviation / this.#batches;
    this.#squares += deviation * (mean - this.#batchMean);
    this.#openTokens = 0;
    this.#openNats = 0;
  }

  /** Takes in another document's finished tally: batch means are compared within their document only. */
  include(other: SurpriseTally): void {
    this.tokens += other.tokens;
    this.nats += other.nats;
    this.bytes += other.bytes;
    this.#batches += other.#batches;
    this.#squares += other.#squares;
    this.#documents += other.#documents;
  }

  get batches(): number {
    return this.#batches;
  }

  get natsPerToken(): number {
    return this.nats / this.tokens;
  }

  get perplexity(): number {
    return Math.exp(this.natsPerToken);
  }

  get bitsPerByte(): number {
    return this.nats / Math.LN2 / this.bytes;
  }

  /** Standard error of `natsPerToken`; undefined under `fewestBatches`. */
  get standardError(): number | undefined {
    const degreesOfFreedom = this.#batches - this.#documents;
    if (degreesOfFreedom < fewestBatches - 1) return undefined;
    return Math.sqrt(this.#squares / degreesOfFreedom / this.#batches);
  }

  /** Standard error of `perplexity`, to first order (delta method). */
  get perplexityError(): number | undefined {
    const error = this.standardError;
    return error === undefined ? undefined : error * this.perplexity;
  }
}

/** Mean surprise of consecutive batches, one number for each: what two policies on one text are compared by. */
export class BatchMeans {
  readonly #batchTokens: number;
  readonly #means: number[] = [];
  #nats = 0;
  #tokens = 0;

  constructor(batchTokens: number) {
    this.#batchTokens = batchTokens;
  }

  add(scores: Float32Array): void {
    for (const score of scores) {
      this.#nats += score;
      this.#tokens += 1;
      if (this.#tokens < this.#batchTokens) continue;
      this.#means.push(this.#nats / this.#batchTokens);
      this.#nats = 0;
      this.#tokens = 0;
    }
  }

  /** Of complete batches, in nats per token. */
  get means(): readonly number[] {
    return this.#means;
  }
}

/** The figures of a tally, with null where there is none. */
export function perplexityOf(tally: SurpriseTally, policy: Policy): RollingPerplexity {
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return {
    protocol: 'rolling',
    policy: formatPolicy(policy),
    value: finite(tally.perplexity),
    standardError: finite(tally.perplexityError),
    natsPerToken: finite(tally.natsPerToken),
    bitsPerByte: finite(tally.bitsPerByte),
    tokens: tally.tokens,
    batches: tally.batches,
    batchTokens: tally.batchTokens,
  };
}
