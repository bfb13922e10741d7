// What frames a run: where it and its documents begin and end, what goes wrong, and what it would be set to.

import type { Amount, Count, PositiveCount } from './numbers.js';
import type { Policy } from '../policy.js';
import type { Account, DocumentLabel, NoteTaking, Perplexity } from './figures.js';

export type FrameEvent =
  RunStart | DocumentStart | PolicyStart | Estimate | TextDelta | DocumentEnd | Warning | RunEnd | Setting;

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
  readonly parameters: Count | null;
  /** Trained context in tokens, or what fits a request to its server; null where nobody says. */
  readonly contextSize: Count | null;
  /** Entries in the vocabulary; null where a server does not tell. */
  readonly vocabulary: Count | null;
}

/** The model, if one is needed, is loaded. */
export interface RunStart {
  readonly event: 'run-start';
  readonly version: string;
  readonly command: string;
  /** Null where none is needed, or the one that was asked for cannot be used. */
  readonly model: ModelSummary | null;
  /** Null where no cache rolls, or more than one policy is run. */
  readonly policy: Policy | null;
  /** Tokens of a chunk, where a text is read in chunks, each in an empty cache; else null. */
  readonly chunk: PositiveCount | null;
  /** How many documents there are to read. */
  readonly documents: Count;
}

/** The next document is read from here on. */
export interface DocumentStart {
  readonly event: 'document-start';
  readonly document: DocumentLabel;
}

/** The document is read once for each policy: the next begins. */
export interface PolicyStart {
  readonly event: 'policy-start';
  readonly document: DocumentLabel;
  readonly policy: Policy;
  /** 0-based, of `policies`. */
  readonly index: Count;
  readonly policies: PositiveCount;
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
  readonly seconds: Amount;
}

/** Read to its end, or stopped by a limit, a full cache, an interruption, or a failure. */
export type DocumentEnding = 'end' | 'limit' | 'full' | 'interrupted' | 'failed';

/** No more is read of a document. */
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
  readonly ended: DocumentEnding;
  /** What failed. */
  readonly error: Failure | null;
}

/** Something that does not stop the run. */
export interface Warning {
  readonly event: 'warning';
  readonly document?: DocumentLabel;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** The run is over: sums over its documents. */
export interface RunEnd {
  readonly event: 'run-end';
  readonly status: 'done' | 'interrupted' | 'failed';
  /** What failed. */
  readonly error: Failure | null;
  readonly seconds: Amount;
  readonly peakMemoryBytes: Count;
  readonly documents: Count;
  readonly account: Account;
  /** Null where it was not measured, or when the run failed before it had a policy. */
  readonly perplexity: Perplexity | null;
}

/** An option that can be set once for all, as it stands: from `config list`. */
export interface Setting {
  readonly event: 'setting';
  readonly key: string;
  /** Null where the default is not one value, but follows from what is run. */
  readonly value: string | number | boolean | null;
  readonly origin: 'environment' | 'config file' | 'default';
}
