// What is known of a text that was read: where its tokens are, and how well they were predicted.

import type { Count, PositiveCount } from './numbers.js';

/** Half-open, 0-based. */
export type TokenRange = readonly [from: Count, to: Count];

/** In the source: half-open, 0-based. */
export type ByteRange = readonly [from: Count, to: Count];

/** 1-based, inclusive. */
export type LineRange = readonly [first: PositiveCount, last: PositiveCount];

/** 1-based, inclusive; 0 where no line has begun: of tokens in front of the first character, or of no text. */
export type LinesBegun = readonly [first: Count, last: Count];

/** Which document an event belongs to. */
export interface DocumentLabel {
  /** 0-based, in the order of reading. */
  readonly index: Count;
  /** As given on the command line; `<stdin>` for standard input. */
  readonly name: string;
}

/** Where every token of a document went: read = in view + evicted + skipped. Without the beginning token. */
export interface TokenAccount {
  readonly read: Count;
  readonly scored: Count;
  /** Forgotten. */
  readonly evicted: Count;
  readonly inView: Count;
  readonly skipped: Count;
}

export interface Account {
  /** Source bytes read, after decompression. */
  readonly bytes: Count;
  readonly lines: Count;
  /**
   * Lines of a log that were read but not decoded, because the template of their record is known: skipped as repeated.
   * Those of a record beyond its first 4,096 characters, too.
   */
  readonly skippedLines: Count;
  /** Source bytes of these lines, and of what a longer line has beyond its first 4,096 characters. */
  readonly skippedBytes: Count;
  /** Source bytes that were no valid text and became U+FFFD. */
  readonly invalidBytes: Count;
  /** Control characters and characters of terminal escapes, kept from the model. */
  readonly controlCharacters: Count;
  readonly tokens: TokenAccount;
}

/** What it took to summarise a document by notes. */
export interface NoteTaking {
  readonly passages: Count;
  /** Of them, those whose notes an earlier run has taken. */
  readonly resumed: Count;
  /** Times that several notes became one. */
  readonly merges: Count;
  /** Notes that are left. */
  readonly notes: Count;
  /** Tokens of all prompts and of all that was written in this run, reasoning included. */
  readonly evaluated: Count;
  /** Of them, reasoning. */
  readonly reasoning: Count;
}

export type Perplexity = RollingPerplexity | ChunkedPerplexity;

interface PerplexityFigures {
  /** exp(`natsPerToken`); null when nothing was scored. */
  readonly value: number | null;
  /** Of `value`; null where it cannot be told. */
  readonly standardError: number | null;
  readonly natsPerToken: number | null;
  /** Over the UTF-8 bytes, as the model reads them, of the scored tokens. */
  readonly bitsPerByte: number | null;
  /** Scored tokens. */
  readonly tokens: Count;
}

/**
 * One pass, the cache never reset, every token that has something in front of it scored. The error is by batch means, and
 * null under 20 batches.
 */
export interface RollingPerplexity extends PerplexityFigures {
  readonly protocol: 'rolling';
  readonly policy: string;
  /** Complete batches of `batchTokens` tokens behind the error. */
  readonly batches: Count;
  readonly batchTokens: Count;
}

/** Disjoint chunks, each in an empty cache, the second half of each scored: llama.cpp's `llama-perplexity`. */
export interface ChunkedPerplexity extends PerplexityFigures {
  readonly protocol: 'chunked';
  /** Tokens of a chunk. */
  readonly chunk: Count;
  /** Complete chunks. The error is llama.cpp's, which takes tokens to be independent. */
  readonly chunks: Count;
}
