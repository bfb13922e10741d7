// A run as a stream of typed facts. JSON lines are these events; every reporter reduces over them.

import type { CheckEvent } from './check-events.js';
import type { Account, DocumentLabel, NoteTaking, Perplexity } from './figures.js';
import type { FindingEvent } from './finding-events.js';
import type { MeasureEvent } from './measure-events.js';
import type { ModelEvent } from './model-events.js';
import type { PauseEvent } from './pause-events.js';
import type { Policy } from '../policy.js';
import type { PromptEvent } from './prompt-events.js';
import type { StepEvent } from './step-events.js';
import type { StrategyEvent } from './strategy-events.js';
import type { SummaryEvent } from './summary-events.js';

export type * from './check-events.js';
export type * from './figures.js';
export type * from './finding-events.js';
export type * from './measure-events.js';
export type * from './pause-events.js';
export type * from './prompt-events.js';
export type * from './step-events.js';
export type * from './strategy-events.js';
export type * from './summary-events.js';

export type RunEvent =
  | RunStart
  | DocumentStart
  | PolicyStart
  | Estimate
  | StepEvent
  | FindingEvent
  | MeasureEvent
  | SummaryEvent
  | PauseEvent
  | PromptEvent
  | CheckEvent
  | StrategyEvent
  | TextDelta
  | DocumentEnd
  | Warning
  | RunEnd
  | ModelEvent
  | Setting;

/** A failure as data. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface ModelSummary {
  /** Of its file, or the address of its server. */
  readonly path: string;
  readonly name: string;
  /** Null where a server does not tell. */
  readonly parameters: number | null;
  /** Trained context in tokens, or what fits a request to its server; null where nobody says. */
  readonly contextSize: number | null;
  /** Entries in the vocabulary; null where a server does not tell. */
  readonly vocabulary: number | null;
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

/** Generated text, as it comes. */
export interface TextDelta {
  readonly event: 'text-delta';
  /** That it goes on from; absent where it is a reply to a prompt. */
  readonly document?: DocumentLabel;
  readonly text: string;
}

/** Seconds: a document that takes longer gets a warning, too. */
export const longRunSeconds = 300;

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
  /** Absent where no notes are taken. */
  readonly noteTaking?: NoteTaking;
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
