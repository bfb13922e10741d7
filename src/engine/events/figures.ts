// What is known of a text that was read: where its tokens are, and how well they were predicted.

/** Half-open, 0-based. */
export type TokenRange = readonly [from: number, to: number];

/** Half-open, 0-based. */
export type ByteRange = readonly [from: number, to: number];

/** 1-based, inclusive. */
export type LineRange = readonly [first: number, last: number];

/** Which document an event belongs to. */
export interface DocumentLabel {
  /** 0-based, in the order of reading. */
  readonly index: number;
  readonly name: string;
}

/** Where every token of a document went: read = in view + evicted + skipped. Without the beginning token. */
export interface TokenAccount {
  readonly read: number;
  readonly scored: number;
  readonly evicted: number;
  readonly inView: number;
  readonly skipped: number;
}

export interface Account {
  /** Source bytes, after decompression. */
  readonly bytes: number;
  readonly lines: number;
  /** Lines and source bytes that were read but not decoded, because their template is known: skipped as repeated. */
  readonly skippedLines: number;
  readonly skippedBytes: number;
  /** Source bytes that were no valid text. */
  readonly invalidBytes: number;
  /** Control characters and characters of terminal escapes, kept from the model. */
  readonly controlCharacters: number;
  readonly tokens: TokenAccount;
}

/** What it took to summarise a document by notes. */
export interface NoteTaking {
  readonly passages: number;
  /** Of them, those whose notes an earlier run has taken. */
  readonly resumed: number;
  /** Times that several notes became one. */
  readonly merges: number;
  /** Notes that are left. */
  readonly notes: number;
  /** Tokens of all prompts and of all that was written in this run, reasoning included. */
  readonly evaluated: number;
  /** Of them, reasoning. */
  readonly reasoning: number;
}

export type Perplexity = RollingPerplexity | ChunkedPerplexity;

interface PerplexityFigures {
  /** exp(nats per token); null when nothing was scored. */
  readonly value: number | null;
  /** Of `value`; null where it cannot be told. */
  readonly standardError: number | null;
  readonly natsPerToken: number | null;
  /** Over the UTF-8 bytes, as the model reads them, of the scored tokens. */
  readonly bitsPerByte: number | null;
  /** Scored tokens. */
  readonly tokens: number;
}

/** One pass, the cache never reset, every token that has something in front of it scored. */
export interface RollingPerplexity extends PerplexityFigures {
  readonly protocol: 'rolling';
  readonly policy: string;
  /** Complete batches of `batchTokens` tokens behind the error, which is by batch means. */
  readonly batches: number;
  readonly batchTokens: number;
}

/** Disjoint chunks, each in an empty cache, the second half of each scored: llama.cpp's `llama-perplexity`. */
export interface ChunkedPerplexity extends PerplexityFigures {
  readonly protocol: 'chunked';
  /** Tokens of a chunk. */
  readonly chunk: number;
  /** Complete chunks. The error is llama.cpp's, which takes tokens to be independent. */
  readonly chunks: number;
}
