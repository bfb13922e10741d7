// Goes through the documents of a run, here or spread over servers, and reports what it took.

import type { RunnableModel } from '../../backends/runnable-model.js';
import type { Vocabulary } from '../../engine/backend.js';
import { withChapter } from '../../engine/events/citation.js';
import { longRunSeconds, type DocumentLabel, type RunEvent } from '../../engine/events/events.js';
import { Pace } from '../../engine/progress/pace.js';
import type { RunControl } from '../../engine/progress/run-control.js';
import { watchTogether, type Watch } from '../../engine/progress/watch.js';
import { forgottenNotes } from '../../memory/forgotten-notes.js';
import { watchDocument } from '../../memory/run-watch.js';
import type { Documents } from '../options/reading.js';
import { limitsOf, type DocumentResult, type Measurement } from './measurement.js';
import { memoryReporter } from './memory-use.js';
import type { Session } from './session.js';
import { runDocumentsOnBackends } from './documents-on-backends.js';

export interface RunBackends<Engine> {
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
export async function runDocuments<Engine>(
  session: Session,
  documents: Documents,
  measurement: Measurement<Engine>,
  { model, backends, vocabulary, window }: RunBackends<Engine>,
): Promise<void> {
  const [backend, ...others] = backends;
  const results =
    others.length > 0
      ? runDocumentsOnBackends(session, documents, measurement, backends)
      : runOneByOne(session, documents, measurement, { model, backend, vocabulary, window });
  session.measuredBy(() => measurement.perplexity());
  for await (const result of results) {
    result.include();
    session.add(result);
  }
  await session.addPeakMemoryOf(model);
}

/** One document after the other, told of as it is read. */
async function* runOneByOne<Engine>(
  session: Session,
  documents: Documents,
  measurement: Measurement<Engine>,
  { model, backend, vocabulary, window }: Omit<RunBackends<Engine>, 'backends'> & { readonly backend: Engine },
): AsyncGenerator<DocumentResult> {
  const { signal, control } = session;
  const limits = limitsOf(documents);
  const pace = new Pace(control.now);
  const tellMemory = memoryReporter(session, model);
  for (const [index, source] of documents.sources.entries()) {
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
        for (const event of timeEstimate(label, pace.seconds, pace.secondsLeft)) session.handle(event);
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

/** Where a run may be held: a block is told whole. */
function isStep({ event }: RunEvent): boolean {
  return event === 'block-scored' || event === 'progress' || event === 'text-delta';
}

/** What is known of the time a document takes, once its pace is known. */
function timeEstimate(document: DocumentLabel, seconds: number, secondsLeft: number): RunEvent[] {
  const estimate: RunEvent = { event: 'estimate', document, seconds: seconds + secondsLeft };
  if (estimate.seconds <= longRunSeconds) return [estimate];
  const message = `${document.name}: about ${Math.round(secondsLeft / 60)} minutes left`;
  const hint = 'read only its first part with --limit';
  return [estimate, { event: 'warning', document, code: 'long-run', message, hint }];
}
