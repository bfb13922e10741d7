// unspool stream: documents of any length through a model, with what it makes of them.

import { oneAtOnce } from '../../backends/model-choice.js';
import type { RunnableModel } from '../../backends/runnable-model.js';
import { openDocument } from '../../documents/open.js';
import { canRemember, type Backend } from '../../engine/backend.js';
import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Policy, PolicySpec } from '../../engine/policy.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { scoreDocument, type ScoreResult } from '../../engine/run.js';
import { RunTotals } from '../../engine/totals.js';
import { openBookmark, type BookmarkChoice, type OpenedBookmark } from './bookmark/bookmarks.js';
import { runModel, type ModelRun } from '../run/model-run.js';
import { rollingPlan } from '../run/plans.js';
import type { Measurement } from '../run/run-documents.js';
import type { Outcome } from '../run/outcome.js';
import { Preparation, type Source, type Task } from './tasks.js';

export interface StreamRequest extends Omit<ModelRun, 'command' | 'purpose'> {
  readonly task: Task;
  /** What the user said of the policy; the rest follows from the model and the machine. */
  readonly policy: Partial<PolicySpec>;
  /** Wait for more at the end of a document, until the signal. */
  readonly follow: boolean;
  /** Of the one document. */
  readonly bookmark: BookmarkChoice | undefined;
}

/** Scores each document in turn. */
export function stream(request: StreamRequest, reporter: Reporter): Promise<Outcome> {
  const run: ModelRun = {
    ...request,
    command: 'stream',
    sources: sourcesOf(request),
    // A document without an end cannot go on to another server from its start.
    model: request.follow ? oneAtOnce(request.model) : request.model,
    purpose: request.task.kind === 'continue' ? { kind: 'write', tokens: request.task.tokens } : { kind: 'score' },
  };
  return runModel(
    run,
    (model) =>
      rollingPlan(request.policy, model, (policy) => (backend) => measure(request, { policy, backend, model })),
    reporter,
  );
}

interface Machine {
  readonly policy: Policy;
  readonly backend: Backend;
  readonly model: RunnableModel;
}

function measure(request: StreamRequest, { policy, backend, model }: Machine): Measurement {
  const { task, signal } = request;
  const totals = new RunTotals(policy, backend.vocabulary.beginning !== undefined);
  const writing = task.kind === 'continue' ? model.whileWriting(policy, task.tokens) : policy;
  const preparation = new Preparation(task, { policy: writing, signal });
  const isReference = (index: number): boolean => referenceOf(request) !== undefined && index === 0;
  return {
    open(source, limitBytes) {
      // A reference is read to its end, so that what follows can be compared with it.
      const follow = request.follow && source !== referenceOf(request);
      return openDocument(source, { ...request.reading, signal, limitBytes, follow });
    },
    isFirst: isReference,
    async *document(input) {
      const bookmark = await bookmarkFor(request, { policy, backend, model });
      const { document, observer } = preparation.document(input.document, input, bookmark?.start?.observer);
      const scoring = { ...input, policy, document, observer, bookmark, limitLine: lastLineOf(request) };
      let result: ScoreResult;
      try {
        result = yield* scoreDocument(scoring);
      } finally {
        bookmark?.close();
      }
      yield* missingLine(request, input.label, result);
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
  request: StreamRequest,
  { policy, backend, model }: Machine,
): Promise<OpenedBookmark | undefined> {
  if (request.bookmark === undefined) return undefined;
  // A server was refused with the command line.
  if (!canRemember(backend)) throw new Error('the backend keeps no cache');
  return openBookmark(request.bookmark, request, { policy, backend, model });
}

/** What the model saw at a line ends there; a measure goes on behind it. */
function lastLineOf({ task, bookmark }: StreamRequest): number | undefined {
  return task.kind === 'continue' ? bookmark?.fromLine : undefined;
}

/** Of a line behind the end of the whole document, the user is told: what was asked for is not what is there. */
function* missingLine(
  { bookmark, limit, signal }: StreamRequest,
  document: DocumentLabel,
  { account: { lines }, failure }: ScoreResult,
): Generator<RunEvent> {
  const { fromLine = 0 } = bookmark ?? {};
  if (fromLine <= lines || limit !== undefined || failure !== undefined || signal.aborted) return;
  const message = `${document.name}: ends at line ${lines}: there is no line ${fromLine}`;
  yield { event: 'warning', document, code: 'no-such-line', message, hint: null };
}

function referenceOf({ task }: StreamRequest): Source | undefined {
  return task.kind === 'anomalies' ? task.reference : undefined;
}

function sourcesOf(request: StreamRequest): readonly Source[] {
  const reference = referenceOf(request);
  return reference === undefined ? request.sources : [reference, ...request.sources];
}
