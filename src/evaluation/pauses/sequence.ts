// A cache that a prompt is read into once, and that is taken back to there for each condition.

import { canGenerate, type Backend } from '../../engine/backend.js';
import { planEviction } from '../../engine/policy.js';

/** Sinks of a prompt that is longer than the cache. */
const sinks = 4;
/** A window shorter than this would leave nothing of the prompt. */
const shortestWindow = 16;

/** Counts in tokens. */
export interface CacheLimits {
  readonly capacity: number;
  /** The most that one decode is given. */
  readonly batch: number;
}

/** What does not fit the cache, whatever is forgotten of it. */
export class NoRoom extends Error {}

const nothing = new Int32Array(0);

/** Calls are made at once, one after the other, and carried out in that order: nobody waits for each of them. */
export class Sequence {
  readonly #backend: Backend;
  readonly #limits: CacheLimits;
  #cached = 0;
  #evaluated = 0;
  #streamed = false;
  #calls: Promise<unknown>[] = [];

  constructor(backend: Backend, limits: CacheLimits) {
    this.#backend = backend;
    this.#limits = limits;
    void this.#call(backend.clear());
  }

  get cached(): number {
    return this.#cached;
  }

  /** Tokens evaluated so far. */
  get evaluated(): number {
    return this.#evaluated;
  }

  /** Whether anything was forgotten so far. */
  get streamed(): boolean {
    return this.#streamed;
  }

  /** Reads tokens, and leaves room for `reserve` more: where there is none, what was read first is forgotten, but sinks. */
  read(tokens: Int32Array, reserve: number): void {
    const { capacity, batch } = this.#limits;
    const window = capacity - reserve - sinks;
    if (this.#cached + tokens.length + reserve > capacity && !this.#canStream(window)) throw new NoRoom();
    for (let from = 0; from < tokens.length;) {
      const incoming = Math.min(batch, tokens.length - from);
      const plan = planEviction({ kind: 'sinks', sinks, window, block: batch }, this.#cached, incoming, false);
      if (plan.kind !== 'erase') throw new NoRoom();
      for (const range of plan.ranges) {
        void this.#call(this.#backend.erase(range));
        this.#cached -= range.to - range.from;
        this.#streamed = true;
      }
      void this.#call(this.#backend.decode(tokens.subarray(from, from + plan.accept), nothing));
      this.#took(plan.accept);
      from += plan.accept;
    }
  }

  /** Nats of `continuation` after what is cached and `last`, which is not; then takes the cache back. */
  score(last: number, continuation: Int32Array): Promise<number> {
    const kept = this.#cached;
    const { batch } = this.#limits;
    const input = Int32Array.of(last, ...continuation.subarray(0, -1));
    const parts: Promise<Float32Array>[] = [];
    for (let from = 0; from < input.length; from += batch) {
      const block = input.subarray(from, from + batch);
      parts.push(this.#call(this.#backend.decode(block, continuation.subarray(from, from + block.length))));
      this.#took(block.length);
    }
    this.backTo(kept);
    return Promise.all(parts).then((scores) =>
      scores.reduce((total, nats) => nats.reduce((sum, score) => sum + score, total), 0),
    );
  }

  /** Appends a token and returns the likeliest next one. */
  next(token: number): Promise<number> {
    if (!canGenerate(this.#backend)) throw new Error('this backend writes no answers');
    this.#took(1);
    return this.#call(this.#backend.generate(token, { temperature: 0, topP: 1, minP: 0, seed: 0 }));
  }

  /** Forgets all but the first cells. */
  backTo(cells: number): void {
    if (cells === 0) void this.#call(this.#backend.clear());
    else if (cells < this.#cached) void this.#call(this.#backend.erase({ from: cells, to: this.#cached }));
    this.#cached = cells;
  }

  /** Waits for all calls. Rejects where one of them failed. */
  async settle(): Promise<void> {
    await Promise.all(this.#calls.splice(0));
  }

  #call<Result>(call: Promise<Result>): Promise<Result> {
    // Heard of when all of them are waited for.
    call.catch(() => undefined);
    this.#calls.push(call);
    return call;
  }

  #canStream(window: number): boolean {
    return window >= shortestWindow && this.#backend.capabilities.policies.includes('sinks');
  }

  #took(tokens: number): void {
    this.#cached += tokens;
    this.#evaluated += tokens;
  }
}
