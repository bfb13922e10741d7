// Steps of the engine: how far a run is, what is in view, what was forgotten.

import type { Amount, Count, PositiveCount, Share } from './numbers.js';
import type { ByteRange, DocumentLabel, LinesBegun, TokenRange } from './figures.js';
import type { Question } from './finding-events.js';

export type StepEvent =
  Progress | Resumed | BlockScored | InView | StrikingLine | Memory | Evicted | Embedded | Recalled;

/** How far a document is read. */
interface ProgressFigures {
  /** Source bytes read so far. */
  readonly bytes: Count;
  /**
   * Source bytes of what will be read of the document, estimated where it is compressed or limited in tokens; null where
   * that is unknown.
   */
  readonly size: Amount | null;
  /** How much of the work on the document is done, 0 to 1; null where its size is unknown. */
  readonly done: Share | null;
}

/** How far a document is read, where nothing is scored. */
export interface Progress extends ProgressFigures {
  readonly event: 'progress';
  readonly document: DocumentLabel;
  readonly lines: Count;
  /** Counted or evaluated so far. */
  readonly tokens: Count;
  /** An earlier run has done all of it: says nothing of the pace; else absent. */
  readonly resumed?: true;
}

/** The run goes on from a bookmark: from where an earlier one had come to. */
export interface Resumed extends ProgressFigures {
  readonly event: 'resumed';
  readonly document: DocumentLabel;
  /** Of the last token that was scored. */
  readonly line: PositiveCount;
  /** Read so far. */
  readonly tokens: Count;
}

/** A block of tokens went through the model. */
export interface BlockScored extends ProgressFigures {
  readonly event: 'block-scored';
  readonly document: DocumentLabel;
  /** The tokens whose scores `nats` adds up. */
  readonly tokens: TokenRange;
  readonly nats: number;
  /** Document tokens in the cache after the block. */
  readonly inView: Count;
  /** Those of them that are sinks. */
  readonly sinksInView: Count;
  readonly forgotten: Count;
  /** The lines that the window covers. */
  readonly linesInView: LinesBegun | null;
  /** The source bytes that the window covers. */
  readonly bytesInView: ByteRange | null;
  /** Lines that were read but not decoded so far, because their template is known. */
  readonly skippedLines: Count;
}

/**
 * What is in view: the text of the sinks, and the beginning and the end of the window's. Only of a run that is watched,
 * which a run with --json is not.
 */
export interface InView {
  readonly event: 'in-view';
  readonly document: DocumentLabel;
  readonly sinks: string;
  /** Of the window's text. */
  readonly beginning: string;
  /** Goes on from `beginning` where the window is short; empty where that holds all of it. */
  readonly end: string;
  /** The tokens between the two. */
  readonly between: Count;
  /** The lines that the window covers. */
  readonly lines: LinesBegun | null;
}

/** A line more surprising than those just before it. Only of a run that is watched, which a run with --json is not. */
export interface StrikingLine {
  readonly event: 'striking-line';
  readonly document: DocumentLabel;
  /** 1-based. */
  readonly line: Count;
  readonly natsPerToken: number;
  /** Of a long line, the stretch around its most surprising token. */
  readonly text: string;
}

/** Peak memory so far. Only of a run that is watched, which a run with --json is not. */
export interface Memory {
  readonly event: 'memory';
  readonly peakMemoryBytes: Count;
}

/** Tokens that left the window. */
export interface Evicted {
  readonly event: 'evicted';
  readonly document: DocumentLabel;
  readonly tokens: TokenRange;
}

/** Spans can be found by their meaning. */
export interface Embedded {
  readonly event: 'embedded';
  readonly model: {
    /** Of its file, or the address of its server. */
    readonly path: string;
    readonly name: string;
    /** Numbers of a vector. */
    readonly dimensions: PositiveCount;
  };
  readonly spans: Count;
  /** Of their pieces: sentences, or a few short ones. */
  readonly vectors: Count;
  /** Pieces that were longer than the model reads: of the rest of them it knows nothing. */
  readonly cut: Count;
  /** Of the vectors, on disk. */
  readonly bytes: Count;
  /** That the model took. */
  readonly seconds: Amount;
}

/** Spans were brought back for a question. */
export interface Recalled {
  readonly event: 'recalled';
  readonly question: Question;
  readonly spans: Count;
  /** Of their text, in UTF-8. */
  readonly bytes: Count;
  /** Spans that there are. */
  readonly of: Count;
  /** Of `spans`, those that are not among the best by words; absent where words alone decide. */
  readonly byMeaning?: Count;
  /** Words of the question that none of them holds. */
  readonly unknownWords: readonly string[];
}
