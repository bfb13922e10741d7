// A run as a stream of typed facts. JSON lines are these events; every reporter reduces over them.

import type { Policy } from './policy.js';

/** Half-open, 0-based. */
export type TokenRange = readonly [from: number, to: number];

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

export interface Perplexity {
  /** One pass, the cache never reset, every token that has something in front of it scored. */
  readonly protocol: 'rolling';
  readonly policy: string;
  /** exp(nats per token); null when nothing was scored. */
  readonly value: number | null;
  /** Of `value`, by batch means; null when there are too few batches. */
  readonly standardError: number | null;
  readonly natsPerToken: number | null;
  /** Over the UTF-8 bytes, after cleaning, of the scored tokens. */
  readonly bitsPerByte: number | null;
  /** Scored tokens. */
  readonly tokens: number;
  /** Complete batches of `batchTokens` tokens behind the error. */
  readonly batches: number;
  readonly batchTokens: number;
}

/** A failure as data. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface ModelSummary {
  readonly path: string;
  readonly name: string;
  readonly parameters: number;
  /** Trained context in tokens; null where the model does not say. */
  readonly contextSize: number | null;
  /** Entries in the vocabulary. */
  readonly vocabulary: number;
}

export interface RunStart {
  readonly event: 'run-start';
  readonly version: string;
  readonly command: string;
  readonly model: ModelSummary;
  readonly policy: Policy;
}

export interface DocumentStart {
  readonly event: 'document-start';
  readonly document: DocumentLabel;
}

export interface BlockScored {
  readonly event: 'block-scored';
  readonly document: DocumentLabel;
  /** The tokens whose scores `nats` adds up. */
  readonly tokens: TokenRange;
  readonly nats: number;
  /** Document tokens in the cache after the block. */
  readonly inView: number;
  readonly forgotten: number;
  /** The lines that the window covers. */
  readonly linesInView: LineRange | null;
  /** Source bytes read so far. */
  readonly bytes: number;
  /** How much of what will be read of the document is done, 0 to 1; null where its size is unknown. */
  readonly done: number | null;
}

export interface Evicted {
  readonly event: 'evicted';
  readonly document: DocumentLabel;
  readonly tokens: TokenRange;
}

/** A telling part of a document, in its own words. */
export interface Passage {
  readonly event: 'passage';
  readonly document: DocumentLabel;
  readonly text: string;
  readonly lines: LineRange;
  /** Higher is more telling; comparable within a document. */
  readonly score: number;
  /** How many lines of a log it stands for; 1 in prose. */
  readonly count: number;
}

/** A line that stands out, or the most striking one of a burst of such lines. */
export interface Anomaly {
  readonly event: 'anomaly';
  readonly document: DocumentLabel;
  readonly text: string;
  readonly line: number;
  /** The burst's span; the line alone where there is no burst. */
  readonly lines: LineRange;
  /** Lines of the burst that stand out. */
  readonly count: number;
  readonly natsPerToken: number;
  /** What was compared with `threshold`: how unusual the line is, in nats. */
  readonly score: number;
  readonly threshold: number;
}

export interface LineSurprise {
  readonly event: 'line-surprise';
  readonly document: DocumentLabel;
  readonly line: number;
  readonly nats: number;
  readonly tokens: number;
  readonly score: number;
}

/** Generated text, as it comes. */
export interface TextDelta {
  readonly event: 'text-delta';
  readonly document: DocumentLabel;
  readonly text: string;
}

/** How long a document will take, measured at its start. */
export interface Estimate {
  readonly event: 'estimate';
  readonly document: DocumentLabel;
  /** For the whole document. */
  readonly seconds: number;
}

export interface DocumentEnd {
  readonly event: 'document-end';
  readonly document: DocumentLabel;
  readonly account: Account;
  readonly perplexity: Perplexity;
  /** Read to its end, or stopped by a limit, a full cache, an interruption, or a failure. */
  /** Whether lines were taken for records of a log; absent where it made no difference. */
  readonly readAs?: 'log' | 'prose';
  readonly ended: 'end' | 'limit' | 'full' | 'interrupted' | 'failed';
  readonly error: Failure | null;
}

export interface Warning {
  readonly event: 'warning';
  readonly document?: DocumentLabel;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface RunEnd {
  readonly event: 'run-end';
  readonly status: 'done' | 'interrupted' | 'failed';
  readonly error: Failure | null;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  /** Sums over the documents. */
  readonly documents: number;
  readonly account: Account;
  /** Null when the run failed before it had a policy. */
  readonly perplexity: Perplexity | null;
}

export type RunEvent =
  | RunStart
  | DocumentStart
  | Estimate
  | BlockScored
  | Evicted
  | Passage
  | Anomaly
  | LineSurprise
  | TextDelta
  | DocumentEnd
  | Warning
  | RunEnd;
