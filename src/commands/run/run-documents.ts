// Goes through the documents of a run, here or spread over servers, and reports what it took.

import type { RunnableModel } from '../../backends/runnable-model.js';
import type { Backend, Vocabulary } from '../../engine/backend.js';
import { withChapter } from '../../engine/citation.js';
import type { Document } from '../../engine/document.js';
import {
  longRunSeconds,
  type Account,
  type DocumentLabel,
  type Perplexity,
  type RunEvent,
} from '../../engine/events/events.js';
import type { RunControl } from '../../engine/progress/run-control.js';
import { Pace } from '../../engine/progress/pace.js';
import { watchTogether, type Watch } from '../../engine/progress/watch.js';
import type { UnspoolError } from '../../errors.js';
import { forgottenNotes } from '../../memory/forgotten-notes.js';
import { watchDocument } from '../../memory/run-watch.js';
import type { ModelRun } from './model-run.js';
import { memoryTold } from './resources.js';
import type { Session } from './session.js';
import { spreadDocuments } from './spread.js';
import type { Source } from '../options/reading.js';

export interface Measurement<Engine = Backend> {
  open(source: Source, limitBytes: number | undefined): Document;
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

export interface Machines<Engine> {
  readonly model: RunnableModel;
  readonly backends: readonly [Engine, ...Engine[]];
  /** Undefined where no single tokens are told to someone who looks on. */
  readonly vocabulary: Vocabulary | undefined;
  /** In tokens; undefined where no cache rolls. */
  readonly window: number | undefined;
}

/** The pace is trusted after this long. */
const settlingSeconds = 2;

/** A document that fails does not stop the others. */
export async function goThrough<Engine>(
  session: Session,
  run: ModelRun,
  measurement: Measurement<Engine>,
  { model, backends, vocabulary, window }: Machines<Engine>,
): Promise<void> {
  const [backend, ...others] = backends;
  const results =
    others.length > 0
      ? spreadDocuments(session, run, measurement, backends)
      : inTurn(session, run, measurement, { model, backend, vocabulary, window });
  session.measuredBy(() => measurement.perplexity());
  for await (const result of results) {
    result.include();
    session.add(result);
  }
  await session.tookMemoryOf(model);
}

/** One document after the other, told of as it is read. */
async function* inTurn<Engine>(
  session: Session,
  run: ModelRun,
  measurement: Measurement<Engine>,
  { model, backend, vocabulary, window }: Omit<Machines<Engine>, 'backends'> & { readonly backend: Engine },
): AsyncGenerator<DocumentResult> {
  const { signal, control } = session;
  const { sources } = run;
  const limits = limitsOf(run);
  const pace = new Pace(control.now);
  const tellMemory = memoryTold(session, model);
  for (const [index, source] of sources.entries()) {
    if (signal.aborted) break;
    const document = measurement.open(source, limits.limitBytes);
    const label = { index, name: document.name };
    const watch = watchOf(label, vocabulary, control, window);
    const { now } = control;
    const events = measurement.document({ document, backend, label, ...limits, watch, now, signal });
    let estimated = measurement.estimates === false;
    let next = await events.next();
    for (; next.done !== true; next = await events.next()) {
      session.handle(withChapter(next.value, document));
      pace.handle(next.value);
      if (!estimated && pace.seconds > settlingSeconds && pace.secondsLeft !== undefined) {
        estimated = true;
        for (const event of expectations(label, pace.seconds, pace.secondsLeft)) session.handle(event);
      }
      tellMemory();
      if (control.paused && isStep(next.value)) await control.wait(signal);
    }
    yield next.value;
  }
}

function watchOf(
  label: DocumentLabel,
  vocabulary: Vocabulary | undefined,
  control: RunControl,
  window: number | undefined,
): Watch | undefined {
  if (vocabulary === undefined) return undefined;
  const watches = [
    ...(control.watched ? [watchDocument(label, vocabulary, control)] : []),
    ...(control.takesNotes && window !== undefined ? [forgottenNotes(label, vocabulary, window)] : []),
  ];
  return watches.length === 0 ? undefined : watchTogether(watches);
}

export function limitsOf({ limit }: ModelRun): Pick<DocumentInput, 'limitBytes' | 'limitTokens'> {
  return {
    limitBytes: limit !== undefined && 'bytes' in limit ? limit.bytes : undefined,
    limitTokens: limit !== undefined && 'tokens' in limit ? limit.tokens : undefined,
  };
}

/** Where a run may be held: a block is told whole. */
export function isStep({ event }: RunEvent): boolean {
  return event === 'block-scored' || event === 'progress' || event === 'text-delta';
}

/** What is known of the time a document takes, once its pace is known. */
function expectations(document: DocumentLabel, seconds: number, secondsLeft: number): RunEvent[] {
  const estimate: RunEvent = { event: 'estimate', document, seconds: seconds + secondsLeft };
  if (estimate.seconds <= longRunSeconds) return [estimate];
  const message = `${document.name}: about ${Math.round(secondsLeft / 60)} minutes left`;
  const hint = 'read only its first part with --limit';
  return [estimate, { event: 'warning', document, code: 'long-run', message, hint }];
}
