// What a run of `stream` makes of each document.

import type { Readable } from 'node:stream';
import { canGenerate, type Sampling } from '../../engine/backend.js';
import { continueText } from '../../engine/continuation.js';
import type { Document } from '../../engine/document.js';
import type { DocumentLabel } from '../../engine/events/events.js';
import { wholeObserver, type Observer } from '../../engine/observer.js';
import type { Policy } from '../../engine/policy.js';
import { anomalyObserver } from '../../memory/observers/anomaly-observer.js';
import { digestObserver, type DigestState } from '../../memory/observers/digest-observer.js';
import { noveltyObserver, Reference, referenceObserver } from '../../memory/observers/novelty-observer.js';
import { Reading, type Kind } from '../../memory/reading.js';
import type { DocumentInput } from '../run/run-documents.js';

/** A file by its path, or standard input. */
export type Source = string | Readable;

/** Read at most so much of each document. */
export type Limit = { readonly bytes: number } | { readonly tokens: number };

export interface ReadingChoice {
  /** Undefined: decided from the text. */
  readonly as: Kind | undefined;
  /** Decode every line of a log. */
  readonly all: boolean;
}

export type Task =
  | { readonly kind: 'perplexity' }
  | {
      readonly kind: 'continue';
      readonly tokens: number;
      readonly sampling: Sampling;
      readonly stop: readonly string[];
    }
  | ({ readonly kind: 'digest'; readonly top: number | undefined } & ReadingChoice)
  /** `reference`: read first; then what it does not explain is ranked. */
  | ({
      readonly kind: 'anomalies';
      readonly reference: Source | undefined;
      readonly top: number | undefined;
    } & ReadingChoice);

/** A document as a task reads it, and what it makes of the scores. */
export interface Prepared {
  readonly document: Document;
  readonly observer: Observer | undefined;
}

/** What generates text. */
export interface Machine {
  readonly policy: Policy;
  readonly signal: AbortSignal;
}

/** Prepares each document of a run for its task. Where there is a reference, it is the first of them. */
export class Preparation {
  readonly #task: Task;
  readonly #reference: Reference | undefined;

  readonly #machine: Machine;

  constructor(task: Task, machine: Machine) {
    this.#task = task;
    this.#machine = machine;
    this.#reference = task.kind === 'anomalies' && task.reference !== undefined ? new Reference() : undefined;
  }

  /** `state`: what the observer of an earlier run left behind, to go on from. */
  document(
    document: Document,
    { label, backend }: Pick<DocumentInput, 'label' | 'backend'>,
    state?: unknown,
  ): Prepared {
    const task = this.#task;
    const reference = this.#reference;
    if (task.kind === 'perplexity') return { document, observer: undefined };
    if (task.kind === 'continue')
      return { document, observer: continuationObserver(task, { ...this.#machine, backend }, label) };
    const byLine = task.kind === 'anomalies' && reference === undefined;
    const { as, all } = task;
    const known = task.kind === 'digest' ? (state as DigestState | undefined) : undefined;
    const reading = new Reading(document, { as, all, byLine, miner: reference?.miner, known: known?.reading });
    return { document: reading.document, observer: this.#observer(task, reading, label, known) };
  }

  #observer(
    task: Extract<Task, ReadingChoice>,
    reading: Reading,
    label: DocumentLabel,
    known: DigestState | undefined,
  ): Observer {
    const reference = this.#reference;
    if (reference !== undefined) {
      if (label.index === 0) return referenceObserver(reading, reference);
      return noveltyObserver(reading, reference, label, task.top);
    }
    return task.kind === 'digest' ? digestObserver(reading, label, task.top, known) : anomalyObserver(reading, label);
  }
}

/** Writes on at the end of a document. */
function continuationObserver(
  { tokens, sampling, stop }: Extract<Task, { kind: 'continue' }>,
  machine: Machine & Pick<DocumentInput, 'backend'>,
  document: DocumentLabel,
): Observer {
  return wholeObserver({
    observe: () => [],
    async *finish(view, failure) {
      const { backend } = machine;
      // Nothing goes on from a text that is missing, or whose end was not read.
      if (machine.signal.aborted || failure !== undefined || view.read === 0) return;
      if (!canGenerate(backend)) throw new Error('the backend only scores');
      for await (const text of continueText({ ...machine, backend, view, tokens, sampling, stop })) {
        yield { event: 'text-delta', document, text };
      }
    },
  });
}
