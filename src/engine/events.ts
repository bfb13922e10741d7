// A run as a stream of typed facts. JSON lines are these events; every reporter reduces over them.

import type { ModelEvent } from './model-events.js';
import type { Counts } from './overview.js';
import type { Policy } from './policy.js';

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
  /** Null where none is needed, or the one that was asked for cannot be used. */
  readonly model: ModelSummary | null;
  /** Null where no cache rolls, or more than one policy is run. */
  readonly policy: Policy | null;
  /** Tokens of a chunk, where a text is read in chunks, each in an empty cache; else null. */
  readonly chunk: number | null;
  /** How many documents there are to read. */
  readonly documents: number;
}

export interface DocumentStart {
  readonly event: 'document-start';
  readonly document: DocumentLabel;
}

/** The documents are read once for each policy: the next begins. */
export interface PolicyStart {
  readonly event: 'policy-start';
  readonly document: DocumentLabel;
  readonly policy: Policy;
  /** 0-based, of `policies`. */
  readonly index: number;
  readonly policies: number;
}

/** How far a document is read. */
interface Reached {
  /** Source bytes read so far. */
  readonly bytes: number;
  /**
   * Source bytes of what will be read of the document, estimated where it is compressed or limited in tokens; null where
   * that is unknown.
   */
  readonly size: number | null;
  /** How much of the work on the document is done, 0 to 1; null where its size is unknown. */
  readonly done: number | null;
}

/** How far a document is read, where nothing is scored. */
export interface Progress extends Reached {
  readonly event: 'progress';
  readonly document: DocumentLabel;
  readonly lines: number;
  /** Counted or evaluated so far. */
  readonly tokens: number;
}

export interface BlockScored extends Reached {
  readonly event: 'block-scored';
  readonly document: DocumentLabel;
  /** The tokens whose scores `nats` adds up. */
  readonly tokens: TokenRange;
  readonly nats: number;
  /** Document tokens in the cache after the block. */
  readonly inView: number;
  /** Those of them that are sinks. */
  readonly sinksInView: number;
  readonly forgotten: number;
  /** The lines that the window covers. */
  readonly linesInView: LineRange | null;
  /** The source bytes that the window covers. */
  readonly bytesInView: ByteRange | null;
  /** Lines that were read but not decoded so far, because their template is known. */
  readonly skippedLines: number;
}

/** What is in view: the text of the sinks, and the beginning and the end of the window's. Only of a run that is watched. */
export interface InView {
  readonly event: 'in-view';
  readonly document: DocumentLabel;
  readonly sinks: string;
  readonly beginning: string;
  /** Goes on from `beginning` where the window is short; empty where that holds all of it. */
  readonly end: string;
  /** The tokens between the two. */
  readonly between: number;
  /** The lines that the window covers. */
  readonly lines: LineRange | null;
}

/** A line more surprising than those just before it. Only of a run that is watched. */
export interface StrikingLine {
  readonly event: 'striking-line';
  readonly document: DocumentLabel;
  readonly line: number;
  readonly natsPerToken: number;
  /** Of a long line, the stretch around its most surprising token. */
  readonly text: string;
}

/** Peak memory so far. Only of a run that is watched. */
export interface Memory {
  readonly event: 'memory';
  readonly peakMemoryBytes: number;
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
  /** Title of the chapter it is in; null before the first, absent where the document has no chapters. */
  readonly chapter?: string | null;
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
  /** Title of the chapter it is in; null before the first, absent where the document has no chapters. */
  readonly chapter?: string | null;
}

export interface LineSurprise {
  readonly event: 'line-surprise';
  readonly document: DocumentLabel;
  readonly line: number;
  readonly nats: number;
  readonly tokens: number;
  /** How unusual the line is, where anomalies are looked for. */
  readonly score?: number;
}

/** One of the most surprising lines of a document. */
export interface SurprisingLine {
  readonly event: 'surprising-line';
  readonly document: DocumentLabel;
  readonly line: number;
  readonly natsPerToken: number;
  /** Scored tokens of the line. */
  readonly tokens: number;
  /** The line in pieces, one for each token; of a long line, the stretch around its most surprising token. */
  readonly pieces: readonly ScoredPiece[];
  /** Title of the chapter it is in; null before the first, absent where the document has no chapters. */
  readonly chapter?: string | null;
}

/** Text that one token stands for, and how surprising it was. */
export interface ScoredPiece {
  readonly text: string;
  /** Null where nothing was in front of the token. */
  readonly nats: number | null;
}

/** The text itself, as it is scored. */
export interface ScoredText {
  readonly event: 'scored-text';
  readonly document: DocumentLabel;
  readonly pieces: readonly ScoredPiece[];
}

/** How one policy did on a document, beside the first one. */
export interface ComparisonRow {
  readonly event: 'comparison-row';
  readonly document: DocumentLabel;
  readonly perplexity: RollingPerplexity;
  readonly ended: DocumentEnd['ended'];
  readonly evicted: number;
  readonly tokensPerSecond: number;
  readonly peakMemoryBytes: number;
  /** Mean surprise over runs of tokens, in order: the curve of perplexity by position. At most 128 points. */
  readonly curve: readonly CurvePoint[];
  /** Null for the first policy, and where too little text was scored under both. */
  readonly difference: PairedDifference | null;
}

export interface CurvePoint {
  /** Document tokens that the point covers. */
  readonly tokens: TokenRange;
  readonly natsPerToken: number;
}

/** This policy's nats per token minus the first one's, over the batches that both scored. */
export interface PairedDifference {
  readonly natsPerToken: number;
  readonly standardError: number;
  readonly batches: number;
  /** Two-sided, Student's t, Holm-adjusted over the differences of this document. */
  readonly pValue: number;
  readonly verdict: 'better' | 'worse' | 'no evidence';
}

/** How surprising tokens are with so much context in front of them. */
export interface HorizonRow {
  readonly event: 'horizon-row';
  readonly document: DocumentLabel;
  /** Tokens in front of the scored one, half-open. */
  readonly context: TokenRange;
  readonly natsPerToken: number;
  readonly standardError: number | null;
  /** Nats per token that this range of contexts saves beside the one before; null in the first row. */
  readonly gain: { readonly natsPerToken: number; readonly standardError: number | null } | null;
  /** Complete chunks that the figures are means of. */
  readonly chunks: number;
}

/** Where one attention head looks: shares of its attention, mean over the query tokens measured. They add up to 1. */
export interface AttentionHead {
  readonly event: 'attention-head';
  readonly document: DocumentLabel;
  /** 0-based. */
  readonly layer: number;
  readonly head: number;
  /** On the first tokens. */
  readonly sinks: number;
  readonly middle: number;
  /** On the most recent tokens, the query itself included. */
  readonly recent: number;
  /** On learned sinks, which stand for no token; null where the model has none. */
  readonly learnedSink: number | null;
}

/** What one way to read a document would take: an estimate. Its time is a lower bound, all hosts at their peak. */
export interface PlanRow {
  readonly event: 'plan-row';
  readonly document: DocumentLabel;
  /** All but `rolling`, which is what unspool does, are dense attention: every token sees all before it. */
  readonly approach: 'one-host' | 'layer-split' | 'ring' | 'zigzag-ring' | 'rolling';
  readonly hosts: number;
  /** What each host is. */
  readonly device: {
    /** Null for one that was given in numbers. */
    readonly name: string | null;
    readonly flopsPerSecond: number;
    /** To a neighbour, one way. */
    readonly bytesPerSecond: number;
    readonly memoryBytes: number;
  };
  /** The document's, and the beginning token if the model adds one. */
  readonly tokens: number;
  /** Of them, how many are out of view at the end. */
  readonly forgotten: number;
  /** In bytes, of the host that needs most. */
  readonly memory: {
    readonly weights: number;
    /** Keys and values, in F16. */
    readonly cache: number;
    /** Blocks on their way through a ring. */
    readonly activations: number;
    readonly total: number;
  };
  readonly fits: boolean;
  /** Of all hosts together. */
  readonly flops: number;
  readonly seconds: number;
  /** All hosts are held until the last has finished. */
  readonly hostSeconds: number;
  readonly ring: RingFigures | null;
  /** Of `rolling`; null elsewhere. */
  readonly policy: string | null;
  /** Of those that fit and forget nothing, whether it takes the fewest seconds of hosts. */
  readonly cheapest: boolean;
}

/** Liu et al. 2023, "Ring Attention with Blockwise Transformers for Near-Infinite Context", section 3. */
export interface RingFigures {
  /** On each host. */
  readonly blockTokens: number;
  /** From which on transfers hide behind work: FLOPS / bandwidth. */
  readonly leastBlockTokens: number;
  /** On each host, as the paper asks for: six such blocks. */
  readonly leastSequenceTokens: number;
  readonly rounds: number;
  /** Attention of the busiest host over the mean, for which the others wait. */
  readonly imbalance: number;
  readonly communicationHidden: boolean;
}

/** What a document is, in numbers. */
export interface Overview extends Counts {
  readonly event: 'overview';
  readonly document: DocumentLabel;
  /** Counted to its end, or only what was read before an interruption or a failure. */
  readonly ended: 'end' | 'interrupted' | 'failed';
  readonly error: Failure | null;
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
  /** Null where it was not measured. */
  readonly perplexity: Perplexity | null;
  /** Whether lines were taken for records of a log; absent where it made no difference. */
  readonly readAs?: 'log' | 'prose';
  /** Read to its end, or stopped by a limit, a full cache, an interruption, or a failure. */
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
  /** Null where it was not measured, or when the run failed before it had a policy. */
  readonly perplexity: Perplexity | null;
}

/** An option that can be set once for all, as it stands. */
export interface Setting {
  readonly event: 'setting';
  readonly key: string;
  /** Null where the default is not one value, but follows from what is run. */
  readonly value: string | number | boolean | null;
  readonly origin: 'environment' | 'config file' | 'default';
}

export type RunEvent =
  | RunStart
  | DocumentStart
  | PolicyStart
  | Estimate
  | Progress
  | BlockScored
  | InView
  | StrikingLine
  | Memory
  | Evicted
  | Passage
  | Anomaly
  | LineSurprise
  | SurprisingLine
  | ScoredText
  | ComparisonRow
  | HorizonRow
  | AttentionHead
  | PlanRow
  | Overview
  | TextDelta
  | DocumentEnd
  | Warning
  | RunEnd
  | ModelEvent
  | Setting;
