// What is found in a text: passages, anomalies, surprising lines, evidence, answers.

import type { Signal } from './log-signals.js';
import type { Amount, Count, PositiveCount } from './numbers.js';
import type { ByteRange, DocumentLabel, LineRange } from './figures.js';

export type FindingEvent =
  | Passage
  | LogOverview
  | RecordScore
  | Anomaly
  | LineSurprise
  | SurprisingLine
  | ScoredText
  | Evidence
  | NotFound
  | Answer;

/** A telling part of a document, in its own words. */
export interface Passage {
  readonly event: 'passage';
  readonly document: DocumentLabel;
  readonly text: string;
  readonly lines: LineRange;
  /** Higher is more telling; comparable within a document. */
  readonly score: number;
  /** How many records of a log it stands for; 1 in prose. */
  readonly count: Count;
  /** Of a log's record: what is known of all records of its template. */
  readonly finding?: LogFindingFacts;
  /** Title of the chapter it is in; null before the first, absent where the document has no chapters. */
  readonly chapter?: string | null;
  /** How a log differs from its reference here; absent where there is none. */
  readonly comparison?: Comparison;
}

/** How a log differs from its reference. */
export interface Comparison {
  /**
   * `new`: the reference has nothing like these lines, which came together, or no line of their template. `gone`: lines of
   * the reference that do not come any more; text, lines and document are the reference's. `more`, `less`: lines of their
   * template come more or less often, beside what most lines do: the median of the templates' ratios, weighted by their lines in the
   * reference, counts as 1.
   */
  readonly kind: 'new' | 'gone' | 'more' | 'less';
  /** Lines of the template in the reference. */
  readonly reference: Count;
  /**
   * Rate of the template's lines over that in the reference: ends of an interval of 95%, and between them the estimate.
   * Null where the reference has none.
   */
  readonly ratio: readonly [low: number, estimate: number, high: number] | null;
  /**
   * Of a ratio so far from 1 by chance, bursts taken into account, adjusted for the number of templates (Benjamini and
   * Hochberg). Null for lines that are new by their words.
   */
  readonly pValue: number | null;
  /**
   * Of the line that is farthest from all lines of the reference: 1 - cosine of its words, weighted by rarity, and those of
   * the nearest line. Null where the template decides.
   */
  readonly distance: number | null;
}

/** `fatal`, `error` and `warning` by level and words; the others by how often records come, where, and what they say. */
export type FindingReason = 'fatal' | 'error' | 'warning' | 'burst' | 'new' | 'stopped' | 'rare' | 'surprising';

/** What is known of the records of one template. */
export interface LogFindingFacts {
  /** The first record, with `<*>` where records differ. */
  readonly template: string;
  /** Why it is told. */
  readonly reasons: readonly FindingReason[];
  /** As the log calls it; null where it does not. */
  readonly level: LogLevel | null;
  /** Program, component or logger. */
  readonly source: string | null;
  readonly first: RecordPlace;
  readonly last: RecordPlace;
  /** Times of the earliest and of the latest record, which may come late; null where the log has no times. */
  readonly from: string | null;
  readonly to: string | null;
  /** Where the step of the overview's activity with the most of them begins; null where there is one step, or one record. */
  readonly peak: { readonly time: string | null; readonly line: Count | null; readonly count: Count } | null;
  /** What differs between the records, place by place. */
  readonly varying: readonly VaryingPart[];
  /** Records of other templates that come right after these, or between them: the same thing in several records. */
  readonly companions: readonly { readonly text: string; readonly lines: LineRange; readonly count: Count }[];
  /** From 0 to 1 each; the score is made of them. */
  readonly signals: Readonly<Record<Signal, Amount>>;
}

export type LogLevel = 'fatal' | 'error' | 'warning' | 'notice' | 'info' | 'debug' | 'trace';

export interface RecordPlace {
  /** Of its head. */
  readonly line: PositiveCount;
  /**
   * As ISO 8601, in UTC where the log names zones, else by its own clock; without the year or the day where the log has
   * none; in seconds since a start as `+12.3`. Null where it has no times.
   */
  readonly time: string | null;
}

/** What stands at one place of a template. */
export interface VaryingPart {
  /** What is in front of it. */
  readonly label: string;
  /** Most frequent first, at most 5. Not those that came once among many. */
  readonly values: readonly { readonly text: string; readonly count: Count }[];
  /** Whether these are all values. */
  readonly complete: boolean;
  /** Whether the counts are exact; else they are estimates, rather too low. */
  readonly exact: boolean;
  /** Least and greatest, of numbers. */
  readonly range: readonly [number, number] | null;
}

/** What a log is, before its findings. */
export interface LogOverview {
  readonly event: 'log-overview';
  readonly document: DocumentLabel;
  /** A record may have several lines. */
  readonly records: Count;
  /** Kinds of records. */
  readonly templates: Count;
  /** Of the earliest and of the latest record; null where the log has no times. */
  readonly from: string | null;
  readonly to: string | null;
  /** Records of each level, of those that have one. */
  readonly levels: Readonly<Partial<Record<LogLevel, Count>>>;
  /** Records of the sources with the most, at most 10, and how many sources there are. */
  readonly sources: readonly { readonly name: string; readonly count: Count }[];
  readonly sourceCount: Count;
  /** The templates with the most records, at most 3. */
  readonly frequent: readonly { readonly template: string; readonly count: Count }[];
  /** Records in equal steps, of time where the log has times, of lines elsewhere. */
  readonly activity: {
    readonly unit: 'seconds' | 'lines';
    readonly step: Amount;
    readonly counts: readonly Count[];
  };
}

/** How much a record stands out when it comes; higher is more. */
export interface RecordScore {
  readonly event: 'record-score';
  readonly document: DocumentLabel;
  /** Of its head. */
  readonly line: PositiveCount;
  readonly score: number;
}

/** A line that stands out, or the most striking one of a burst of such lines. */
export interface Anomaly {
  readonly event: 'anomaly';
  readonly document: DocumentLabel;
  readonly text: string;
  /** The most striking one. */
  readonly line: Count;
  /** The burst's span; the line alone where there is no burst. */
  readonly lines: LineRange;
  /** Lines of the burst that stand out. */
  readonly count: Count;
  readonly natsPerToken: number;
  /** How much the line stands out: of prose, in nats; of a log, as its findings are ranked. */
  readonly score: number;
  /** Of the score: what one line in 1,000 has reached so far. */
  readonly threshold: number;
  /** Why a log's record stands out. */
  readonly reasons?: readonly FindingReason[];
  /** Title of the chapter it is in; null before the first, absent where the document has no chapters. */
  readonly chapter?: string | null;
}

/** A scored line. Where lines are what is asked for, a result. */
export interface LineSurprise {
  readonly event: 'line-surprise';
  readonly document: DocumentLabel;
  /** 1-based. */
  readonly line: Count;
  readonly nats: number;
  readonly tokens: Count;
  /** How unusual the line is, where anomalies are looked for. */
  readonly score?: number;
}

/** One of the most surprising lines of a document. */
export interface SurprisingLine {
  readonly event: 'surprising-line';
  readonly document: DocumentLabel;
  /** 1-based. */
  readonly line: Count;
  readonly natsPerToken: number;
  /** Scored tokens of the line. */
  readonly tokens: Count;
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

/** The text itself, as it is scored. Where that is what is asked for, a result. */
export interface ScoredText {
  readonly event: 'scored-text';
  readonly document: DocumentLabel;
  readonly pieces: readonly ScoredPiece[];
}

/** A question of the run. */
export interface Question {
  /** 0-based. */
  readonly index: Count;
  readonly text: string;
}

/** What a document says that may answer a question: its own text, read again where it stands. */
export interface Evidence {
  readonly event: 'evidence';
  readonly document: DocumentLabel;
  readonly question: Question;
  /** With its line feeds. */
  readonly text: string;
  readonly lines: LineRange;
  readonly bytes: ByteRange;
  /** Higher is better; comparable within a question. */
  readonly score: number;
  /** Its places by words and by meaning, from 1; null where it is not among the best, absent where words alone decide. */
  readonly ranks?: { readonly words: PositiveCount | null; readonly meaning: PositiveCount | null };
  /** Cosine between the vectors of question and text; null where it is not among the nearest, absent without `ranks`. */
  readonly similarity?: number | null;
  /** Title of the chapter it is in; null before the first, absent where the document has no chapters. */
  readonly chapter?: string | null;
}

/**
 * The answer where no document holds a word of the question, and with an embedding model, no span is nearer to it in
 * meaning than any is to questions about other things.
 */
export interface NotFound {
  readonly event: 'not-found';
  readonly question: Question;
}

/** What an instruct model answers from the evidence. */
export interface Answer {
  readonly event: 'answer';
  readonly question: Question;
  /** Citations in it are `[name:first-last]`. */
  readonly text: string;
  /** False where the model says that the evidence does not hold the answer. */
  readonly found: boolean;
  /** In the order of the text; all are among the evidence. */
  readonly citations: readonly AnswerCitation[];
  /** Citations that were none of the evidence, and are left out of the text. */
  readonly removed: Count;
  /** How many spans of the evidence the model was given. */
  readonly spans: PositiveCount;
  readonly tokens: {
    readonly prompt: Count;
    readonly reasoning: Count;
    readonly answer: Count;
    /** Of the answer, once for each time that it was scored to measure citations. */
    readonly scored: Count;
  };
}

export interface AnswerCitation {
  readonly document: DocumentLabel;
  readonly lines: LineRange;
  readonly bytes: ByteRange;
  /** Nats that the answer loses where the text of this span is left out of the prompt; null where it was not scored. */
  readonly natsWithout: number | null;
}
