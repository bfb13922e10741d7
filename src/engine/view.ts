// What the model can see: which document tokens are in the cache, and which are forgotten.

import type { LineRange, TokenRange } from './events.js';
import { capacity, type CellRange, type EvictionPlan, type Policy } from './policy.js';
import type { TokenRun } from './token-stream.js';

/** Mirrors the cache of one document. Memory: two numbers per token of the window. */
export class View {
  readonly capacity: number;
  readonly #window: number;
  /** Cells of the beginning token; a sinkless window forgets it too. */
  #beginning: 0 | 1;
  /** Document tokens among the sinks. */
  readonly #sinkTokens: number;
  readonly #recentTokens: Int32Array;
  readonly #recentLines: Float64Array;
  #opened = false;
  #read = 0;
  /** The first document token of the window. */
  #windowFrom = 0;

  constructor(policy: Policy, hasBeginning: boolean) {
    this.#beginning = hasBeginning ? 1 : 0;
    this.capacity = capacity(policy, hasBeginning);
    this.#window = this.capacity;
    this.#sinkTokens = Math.max(0, policy.sinks - this.#beginning);
    this.#recentTokens = new Int32Array(this.#window);
    this.#recentLines = new Float64Array(this.#window);
  }

  /** Whether a first block, with the beginning token, is in the cache. */
  get opened(): boolean {
    return this.#opened;
  }

  /** Cells in use. */
  get cached(): number {
    return this.#opened ? this.inView + this.#beginning : 0;
  }

  /** Document tokens in the cache. */
  get inView(): number {
    return this.#read - this.forgotten;
  }

  /** Document tokens that were evicted. */
  get forgotten(): number {
    return Math.max(0, this.#windowFrom - this.#sinkTokens);
  }

  /** Document tokens that were decoded. */
  get read(): number {
    return this.#read;
  }

  /** The lines that the window covers; null while nothing is in view. */
  get lines(): LineRange | null {
    if (this.#read === 0) return null;
    const oldest = Math.min(this.#read - 1, Math.max(this.#windowFrom, this.#read - this.#window));
    return [this.#lineOf(oldest), this.#lineOf(this.#read - 1)];
  }

  /** Follows a plan; returns the document tokens that it forgets. */
  evict(plan: Exclude<EvictionPlan, { kind: 'stop' }>): TokenRange | undefined {
    const before = Math.max(this.#windowFrom, Math.min(this.#sinkTokens, this.#read));
    const dropped = plan.kind === 'rebuild' ? this.#read - plan.keep - before : this.#droppedTokens(plan.ranges);
    if (dropped <= 0) return undefined;
    this.#windowFrom = before + dropped;
    return [before, this.#windowFrom];
  }

  #droppedTokens(ranges: readonly CellRange[]): number {
    const cells = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
    const beginning = ranges.some(({ from }) => from < this.#beginning) ? 1 : 0;
    if (beginning === 1) this.#beginning = 0;
    return cells - beginning;
  }

  append({ tokens, positions }: TokenRun): void {
    this.#opened = true;
    tokens.forEach((token, index) => {
      const slot = this.#read % this.#window;
      this.#recentTokens[slot] = token;
      this.#recentLines[slot] = positions[index]?.lines ?? 0;
      this.#read += 1;
    });
  }

  /** The last `count` document tokens, oldest first. */
  recent(count: number): Int32Array {
    return Int32Array.from({ length: count }, (_, index) => {
      return this.#recentTokens[(this.#read - count + index) % this.#window] ?? 0;
    });
  }

  #lineOf(token: number): number {
    return this.#recentLines[token % this.#window] ?? 0;
  }
}
