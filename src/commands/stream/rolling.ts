// What the tasks share that run documents through a cache that rolls: digest, anomalies, perplexity, continue.

import { oneAtOnce } from '../../backends/model-choice.js';
import type { RunnableModel } from '../../backends/runnable-model.js';
import { openDocument } from '../../documents/open.js';
import { canSaveCache, type Backend } from '../../engine/backend.js';
import type { Document } from '../../engine/document.js';
import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import type { Policy, PolicySpec } from '../../engine/policy.js';
import { scoreDocument, type ScoreResult } from '../../engine/run.js';
import { RunTotals } from '../../engine/totals.js';
import type { InputSource } from '../options/reading.js';
import { runModel, type ModelRun } from '../run/model-run.js';
import { rollingPlan } from '../run/measurement-plan.js';
import type { Measurement } from '../run/measurement.js';
import type { Session } from '../run/session.js';
import { openBookmark, type BookmarkChoice, type BookmarkedRun, type OpenedBookmark } from './bookmark/bookmarks.js';

/** What a task makes of each document. */
export interface RollingTask {
  /** `state`: what the observer of an earlier run left behind, to go on from. */
  prepare(document: Document, input: RollingInput, state: unknown): PreparedDocument;
  /** Read first, to its end: what follows is compared with it. */
  readonly reference?: InputSource | undefined;
  /** Tokens that it writes at the end of a document. */
  readonly writes?: number;
  /** What a bookmark of another reading does not fit; undefined where every line is read, whatever is made of it. */
  readonly readingIdentity?: Readonly<Record<string, unknown>>;
}

/** What a task may want to know of a document. */
export interface RollingInput {
  readonly label: DocumentLabel;
  readonly backend: Backend;
  readonly policy: Policy;
  readonly signal: AbortSignal;
}

/** A document as a task reads it, and what it makes of the scores. */
export interface PreparedDocument {
  readonly document: Document;
  readonly observer: Observer | undefined;
}

export interface RollingRequest extends Omit<ModelRun, 'purpose'> {
  readonly task: RollingTask;
  /** What the user said of the policy; the rest follows from the model and the machine. */
  readonly policy: Partial<PolicySpec>;
  /** Wait for more at the end of a document, until the signal. */
  readonly follow: boolean;
  /** Of the one document. */
  readonly bookmark: BookmarkChoice | undefined;
}

/** Scores each document in turn. */
export function streamDocuments(session: Session, request: RollingRequest): Promise<void> {
  const { reference, writes } = request.task;
  const run: ModelRun = {
    ...request,
    sources: reference === undefined ? request.sources : [reference, ...request.sources],
    // A document without an end cannot go on to another server from its start.
    model: request.follow ? oneAtOnce(request.model) : request.model,
    purpose: writes === undefined ? { kind: 'score' } : { kind: 'write', tokens: writes },
  };
  return runModel(session, run, (model) =>
    rollingPlan(request.policy, model, (policy) => (backend) => measure(session, request, { policy, backend, model })),
  );
}

interface RollingModel {
  readonly policy: Policy;
  readonly backend: Backend;
  readonly model: RunnableModel;
}

function measure(
  { signal, version }: Session,
  request: RollingRequest,
  { policy, backend, model }: RollingModel,
): Measurement {
  const { task } = request;
  const { reference, writes } = task;
  const totals = new RunTotals(policy, backend.vocabulary.beginning !== undefined);
  const writing = writes === undefined ? policy : model.whileWriting(policy, writes);
  const isReference = (index: number): boolean => reference !== undefined && index === 0;
  return {
    open(source, limitBytes) {
      // A reference is read to its end, so that what follows can be compared with it.
      const follow = request.follow && source !== reference;
      return openDocument(source, { ...request.reading, signal, limitBytes, follow });
    },
    isFirst: isReference,
    async *document(input) {
      const bookmark = await bookmarkFor({ ...request, version }, { policy, backend, model });
      const prepared = task.prepare(input.document, { ...input, policy: writing }, bookmark?.start?.observer);
      const scoring = { ...input, ...prepared, policy, bookmark, limitLine: lastLineOf(request) };
      let result: ScoreResult;
      try {
        result = yield* scoreDocument(scoring);
      } finally {
        bookmark?.close();
      }
      yield* missingLine(request, signal, input.label, result);
      // Nothing can be compared with what could not be read.
      if (isReference(input.label.index) && result.failure !== undefined) throw result.failure;
      return {
        ...result,
        include: () => {
          totals.add(result);
        },
      };
    },
    perplexity: () => (backend.capabilities.scores ? totals.perplexity() : null),
  };
}

async function bookmarkFor(
  run: RollingRequest & Pick<BookmarkedRun, 'version'>,
  { policy, backend, model }: RollingModel,
): Promise<OpenedBookmark | undefined> {
  if (run.bookmark === undefined) return undefined;
  // A server was refused with the command line.
  if (!canSaveCache(backend)) throw new Error('the backend keeps no cache');
  const { task, version, reading, sources } = run;
  const looksBack = run.bookmark.fromLine !== undefined && task.writes !== undefined;
  const bookmarked = { version, reading, source: sources[0], looksBack, readingIdentity: task.readingIdentity };
  return openBookmark(run.bookmark, bookmarked, { policy, backend, model });
}

/** What the model saw at a line ends there; a measure goes on behind it. */
function lastLineOf({ task, bookmark }: RollingRequest): number | undefined {
  return task.writes === undefined ? undefined : bookmark?.fromLine;
}

/** Of a line behind the end of the whole document, the user is told: what was asked for is not what is there. */
function* missingLine(
  { bookmark, limit }: RollingRequest,
  signal: AbortSignal,
  document: DocumentLabel,
  { account: { lines }, failure }: ScoreResult,
): Generator<RunEvent> {
  const { fromLine = 0 } = bookmark ?? {};
  if (fromLine <= lines || limit !== undefined || failure !== undefined || signal.aborted) return;
  const message = `${document.name}: ends at line ${lines}: there is no line ${fromLine}`;
  yield { event: 'warning', document, code: 'no-such-line', message, hint: null };
}
