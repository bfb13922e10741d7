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
import { Pace } from '../../engine/progress/pace.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { emptyAccount, sumOf } from '../../engine/totals.js';
import { watchTogether, type Watch } from '../../engine/progress/watch.js';
import type { UnspoolError } from '../../errors.js';
import { forgottenNotes } from '../../memory/forgotten-notes.js';
import { watchDocument } from '../../memory/run-watch.js';
import type { ModelRun } from './model-run.js';
import type { Outcome } from './outcome.js';
import { memoryTold, resources } from './resources.js';
import { spreadDocuments } from './spread.js';
import type { Source } from '../stream/tasks.js';

export interface Measurement<Engine = Backend> {
  open(source: Source, limitBytes: number | undefined): Document;
  /** Whether a document has to be read before all that follow it. */
  isFirst(index: number): boolean;
  document(input: DocumentInput<Engine>): AsyncGenerator<RunEvent, DocumentResult>;
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
  run: ModelRun,
  measurement: Measurement<Engine>,
  { model, backends, vocabulary, window }: Machines<Engine>,
  reporter: Reporter,
): Promise<Outcome> {
  const { signal, control } = run;
  const startedAt = control.now();
  const failures: UnspoolError[] = [];
  let account = emptyAccount;
  let documents = 0;
  const [backend, ...others] = backends;
  const results =
    others.length > 0
      ? spreadDocuments(run, measurement, backends, reporter)
      : inTurn(run, measurement, { model, backend, vocabulary, window }, reporter);
  for await (const result of results) {
    documents += 1;
    account = sumOf(account, result.account);
    result.include();
    if (result.failure !== undefined) failures.push(result.failure);
  }
  const status = signal.aborted ? 'interrupted' : failures.length > 0 ? 'failed' : 'done';
  reporter.handle({
    event: 'run-end',
    status,
    error: failures[0]?.toFailure() ?? null,
    ...resources(control.now() - startedAt, await model.peakMemoryBytes().catch(() => 0)),
    documents,
    account,
    perplexity: measurement.perplexity(),
  });
  return { status, failures };
}

/** One document after the other, told of as it is read. */
async function* inTurn<Engine>(
  run: ModelRun,
  measurement: Measurement<Engine>,
  { model, backend, vocabulary, window }: Omit<Machines<Engine>, 'backends'> & { readonly backend: Engine },
  reporter: Reporter,
): AsyncGenerator<DocumentResult> {
  const { sources, signal, control } = run;
  const limits = limitsOf(run);
  const pace = new Pace(control.now);
  const tellMemory = memoryTold(control, reporter, model);
  for (const [index, source] of sources.entries()) {
    if (signal.aborted) break;
    const document = measurement.open(source, limits.limitBytes);
    const label = { index, name: document.name };
    const watch = watchOf(label, vocabulary, run, window);
    const { now } = control;
    const events = measurement.document({ document, backend, label, ...limits, watch, now, signal });
    let estimated = false;
    let next = await events.next();
    for (; next.done !== true; next = await events.next()) {
      reporter.handle(withChapter(next.value, document));
      pace.handle(next.value);
      if (!estimated && pace.seconds > settlingSeconds && pace.secondsLeft !== undefined) {
        estimated = true;
        for (const event of expectations(label, pace.seconds, pace.secondsLeft)) reporter.handle(event);
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
  { control }: ModelRun,
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
