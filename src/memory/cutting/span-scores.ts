// Adds up the scores of tokens over the passages that they belong to.

import type { LineRange } from '../../engine/events/events.js';
import type { Position } from '../../engine/tokens/token-stream.js';

/** A part of a document that the model reads, and that is scored as one. */
export interface Span {
  readonly text: string;
  readonly lines: LineRange;
}

/** `nats` over `tokens` tokens. */
export interface ScoredSpan<T extends Span> {
  readonly span: T;
  readonly nats: number;
  readonly tokens: number;
}

/** Scores of spans as data: of the open span, and where the last one before it ends. */
export interface SpanState {
  readonly closedTo: number;
  readonly nats: number;
  readonly tokens: number;
}

/**
 * Spans come ahead of their scores, because text is read ahead. A token belongs to the span that holds its last byte.
 * Memory: the spans that were read ahead.
 */
export class SpanScores<T extends Span> {
  readonly #waiting: { readonly span: T; readonly textBytes: number }[] = [];
  #closedTo: number;
  #nats: number;
  #tokens: number;

  /** `state`: of an earlier run, whose spans come again. */
  constructor({ closedTo, nats, tokens }: SpanState = { closedTo: -1, nats: 0, tokens: 0 }) {
    this.#closedTo = closedTo;
    this.#nats = nats;
    this.#tokens = tokens;
  }

  state(): SpanState {
    return { closedTo: this.#closedTo, nats: this.#nats, tokens: this.#tokens };
  }

  /** `textBytes`: the UTF-8 bytes of clean text up to the span's end. */
  add(span: T, textBytes: number): void {
    if (textBytes > this.#closedTo) this.#waiting.push({ span, textBytes });
  }

  /** Returns the spans that these scores complete. */
  observe(scores: Float32Array, ends: readonly Position[]): ScoredSpan<T>[] {
    const complete: ScoredSpan<T>[] = [];
    scores.forEach((score, index) => {
      const end = ends[index]?.textBytes ?? 0;
      // A span that ends before this token may have no token of its own.
      while (this.#waiting[0] !== undefined && this.#waiting[0].textBytes < end) this.#close(complete);
      this.#nats += score;
      this.#tokens += 1;
      if (this.#waiting[0]?.textBytes === end) this.#close(complete);
    });
    return complete;
  }

  /** The spans that are not complete, as far as they were scored. */
  finish(): ScoredSpan<T>[] {
    const rest: ScoredSpan<T>[] = [];
    while (this.#tokens > 0 && this.#waiting.length > 0) this.#close(rest);
    return rest;
  }

  #close(complete: ScoredSpan<T>[]): void {
    const first = this.#waiting.shift();
    if (first === undefined) return;
    this.#closedTo = first.textBytes;
    if (this.#tokens > 0) complete.push({ span: first.span, nats: this.#nats, tokens: this.#tokens });
    this.#nats = 0;
    this.#tokens = 0;
  }
}
