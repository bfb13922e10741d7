// What a task makes of each document, as those who go through the documents know it.

import type { Backend } from '../../engine/backend.js';
import type { Document } from '../../engine/document.js';
import type { Account, DocumentLabel, Perplexity, RunEvent } from '../../engine/events/events.js';
import type { Watch } from '../../engine/progress/watch.js';
import type { UnspoolError } from '../../errors.js';
import type { Documents, InputSource } from '../options/reading.js';

export interface Measurement<Engine = Backend> {
  open(source: InputSource, limitBytes: number | undefined): Document;
  /** Whether a document has to be read before all that follow it. */
  isFirst(index: number): boolean;
  document(input: DocumentInput<Engine>): AsyncGenerator<RunEvent, DocumentResult>;
  /** False where nothing is told of the time that a document takes. */
  readonly estimates?: boolean;
  /** Of all documents that were included so far. */
  perplexity(): Perplexity | null;
}

/** `Engine`: what works on a document. */
export interface DocumentInput<Engine = Backend> {
  readonly document: Document;
  readonly backend: Engine;
  readonly label: DocumentLabel;
  readonly limitTokens: number | undefined;
  readonly limitBytes: number | undefined;
  readonly watch: Watch | undefined;
  /** Seconds on the clock of the run. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface DocumentResult {
  readonly account: Account;
  readonly failure: UnspoolError | undefined;
  /** Adds what was measured to that of the run. */
  readonly include: () => void;
}

/** How much is read of each document. */
export function limitsOf({ limit }: Documents): Pick<DocumentInput, 'limitBytes' | 'limitTokens'> {
  return {
    limitBytes: limit !== undefined && 'bytes' in limit ? limit.bytes : undefined,
    limitTokens: limit !== undefined && 'tokens' in limit ? limit.tokens : undefined,
  };
}
