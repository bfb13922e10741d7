// What the model can see: which document tokens are in the cache, and which are forgotten.

import type { ByteRange, LineRange, TokenRange } from './events/events.js';
import { capacity, type CellRange, type EvictionPlan, type Policy } from './policy.js';
import type { TokenRun } from './tokens/token-stream.js';

/** The tokens in view, as far as they are shown. */
export interface TokensInView {
  readonly sinks: Int32Array;
  /** The window's first tokens ... */
  readonly beginning: Int32Array;
  /** ... and its last ones, as far as they are others. */
  readonly end: Int32Array;
  /** How many there are between the two. */
  readonly between: number;
  readonly lines: LineRange | null;
}

/** Of the beginning, and of the end of a window. */
const shownTokens = 256;

/** The first and the last of the tokens of a window. `slice`: those from an index up to another. */
export function shownPart(
  window: number,
  slice: (from: number, to: number) => Int32Array,
): Pick<TokensInView, 'beginning' | 'end' | 'between'> {
  const beginning = Math.min(window, shownTokens);
  const end = Math.min(window - beginning, shownTokens);
  return { beginning: slice(0, beginning), end: slice(window - end, window), between: window - beginning - end };
}

/** A view as data. */
export interface ViewState {
  readonly beginning: 0 | 1;
  readonly sinks: Int32Array;
  readonly recentTokens: Int32Array;
  readonly recentLines: Float64Array;
  readonly recentBytes: Float64Array;
  readonly bytes: number;
  readonly opened: boolean;
  readonly read: number;
  readonly windowFrom: number;
}

/** Mirrors the cache of one document. Memory: three numbers per token of the window. */
export class View {
  readonly capacity: number;
  readonly #window: number;
  /** Cells of the beginning token; a sinkless window forgets it too. */
  #beginning: 0 | 1;
  /** Document tokens among the sinks. */
  readonly #sinkTokens: number;
  readonly #sinks: Int32Array;
  readonly #recentTokens: Int32Array;
  readonly #recentLines: Float64Array;
  /** Where each token starts in the source. */
  readonly #recentBytes: Float64Array;
  /** Where the last one ends. */
  #bytes = 0;
  #opened = false;
  #read = 0;
  /** The first document token of the window. */
  #windowFrom = 0;

  constructor(policy: Policy, hasBeginning: boolean) {
    this.#beginning = hasBeginning ? 1 : 0;
    this.capacity = capacity(policy, hasBeginning);
    this.#window = this.capacity;
    this.#sinkTokens = Math.max(0, policy.sinks - this.#beginning);
    this.#sinks = new Int32Array(this.#sinkTokens);
    this.#recentTokens = new Int32Array(this.#window);
    this.#recentLines = new Float64Array(this.#window);
    this.#recentBytes = new Float64Array(this.#window);
  }

  /** `state`: of a view under the same policy. */
  static from(policy: Policy, hasBeginning: boolean, state: ViewState): View {
    const view = new View(policy, hasBeginning);
    view.#beginning = state.beginning;
    view.#sinks.set(state.sinks);
    view.#recentTokens.set(state.recentTokens);
    view.#recentLines.set(state.recentLines);
    view.#recentBytes.set(state.recentBytes);
    view.#bytes = state.bytes;
    view.#opened = state.opened;
    view.#read = state.read;
    view.#windowFrom = state.windowFrom;
    return view;
  }

  state(): ViewState {
    return {
      beginning: this.#beginning,
      sinks: this.#sinks.slice(),
      recentTokens: this.#recentTokens.slice(),
      recentLines: this.#recentLines.slice(),
      recentBytes: this.#recentBytes.slice(),
      bytes: this.#bytes,
      opened: this.#opened,
      read: this.#read,
      windowFrom: this.#windowFrom,
    };
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

  /** Those of them that are sinks. */
  get sinksInView(): number {
    return Math.min(this.#read, this.#sinkTokens);
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
    return [this.#lineOf(this.#oldest), this.#lineOf(this.#read - 1)];
  }

  /** The source bytes that the window covers; null while nothing is in view. */
  get bytes(): ByteRange | null {
    return this.#read === 0 ? null : [this.#recentBytes[this.#oldest % this.#window] ?? 0, this.#bytes];
  }

  /** The first token of the window, or of the document where nothing is forgotten. */
  get #oldest(): number {
    return Math.min(this.#read - 1, Math.max(this.#windowFrom, this.#read - this.#window));
  }

  get tokensInView(): TokensInView {
    const from = Math.max(this.sinksInView, this.#windowFrom);
    return {
      sinks: this.#sinks.slice(0, this.sinksInView),
      ...shownPart(this.#read - from, (first, last) => this.#tokens(from + first, from + last)),
      lines: this.lines,
    };
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
      this.#recentBytes[slot] = this.#bytes;
      this.#bytes = positions[index]?.bytes ?? this.#bytes;
      if (this.#read < this.#sinkTokens) this.#sinks[this.#read] = token;
      this.#read += 1;
    });
  }

  /** The last `count` document tokens, oldest first. */
  recent(count: number): Int32Array {
    return this.#tokens(this.#read - count, this.#read);
  }

  /** Document tokens of the window by their numbers. */
  #tokens(from: number, to: number): Int32Array {
    const tokens = new Int32Array(to - from);
    for (let index = 0; index < tokens.length; index += 1) {
      tokens[index] = this.#recentTokens[(from + index) % this.#window] ?? 0;
    }
    return tokens;
  }

  #lineOf(token: number): number {
    return this.#recentLines[token % this.#window] ?? 0;
  }
}
