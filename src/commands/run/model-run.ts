// What every task that runs a model shares: open it, and go through the documents as its plan says.

import type { Fit } from '../../backends/machine/fit.js';
import type { ModelChoice } from '../../backends/model-choice.js';
import { openRunnable } from '../../backends/open-runnable.js';
import type { Purpose, RunnableModel } from '../../backends/runnable-model.js';
import type { ReadingOptions } from '../../documents/open.js';
import type { ModelSummary } from '../../engine/events/events.js';
import type { Policy } from '../../engine/policy.js';
import type { Reporter } from '../../engine/events/reporter.js';
import type { RunControl } from '../../engine/progress/run-control.js';
import { UnspoolError } from '../../errors.js';
import type { Outcome } from './outcome.js';
import { checkPolicy, memoryWarnings, type Plan } from './plans.js';
import { goThrough } from './run-documents.js';
import type { Limit, Source } from '../stream/tasks.js';

export interface ModelRun {
  readonly version: string;
  readonly command: string;
  readonly sources: readonly Source[];
  /** How they are read. */
  readonly reading: ReadingOptions;
  readonly model: ModelChoice;
  readonly purpose: Purpose;
  readonly limit: Limit | undefined;
  readonly signal: AbortSignal;
  readonly control: RunControl;
  /** Called once with what the run settled on, for `--verbose`. */
  readonly onSettled?: ((settings: Settings) => void) | undefined;
}

export interface Settings {
  readonly model: RunnableModel;
  /** The cache, or in a comparison those that follow each other. */
  readonly caches: readonly CacheSettings[];
}

export interface CacheSettings {
  readonly policy: Policy | null;
  /** Whether it holds a prompt and its answer; else it holds a chunk where no policy is. */
  readonly prompt?: true | undefined;
  readonly cells: number;
  /** Undefined on a server. */
  readonly fit: Fit | undefined;
}

/** A document that fails does not stop the others. */
export async function runModel(
  request: ModelRun,
  planFor: (model: RunnableModel) => Plan,
  reporter: Reporter,
): Promise<Outcome> {
  const model = await openRunnable(request.model, request.purpose);
  try {
    const plan = planFor(model);
    const { policy, cells, batch } = plan;
    const fit = await fitting(plan, () => model.fit(cells, batch));
    request.onSettled?.({ model, caches: [{ policy, cells, fit }] });
    const backends = await fitting(plan, () => model.createBackends(cells, batch));
    const [backend] = backends;
    if (policy !== null) checkPolicy(policy, backend, model);
    const { version, command } = request;
    const { length: documents } = request.sources;
    const summary = summaryOf(model);
    reporter.handle({ event: 'run-start', version, command, model: summary, policy, chunk: plan.chunk, documents });
    for (const warning of [...model.warnings, ...plan.warnings, ...memoryWarnings(model, [fit])])
      reporter.handle(warning);
    return await goThrough(
      request,
      plan.measure(backend),
      { model, backends, vocabulary: backend.vocabulary, window: policy?.window },
      reporter,
    );
  } finally {
    await model.dispose();
  }
}

/** Where no cache rolls, it is the chunk that is too large. */
async function fitting<Result>({ policy }: Plan, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (policy !== null || !(error instanceof UnspoolError) || error.code !== 'cache-too-large') throw error;
    throw new UnspoolError(error.code, error.message, 'use a smaller --chunk', error.exitCode, { cause: error });
  }
}

export function summaryOf(model: RunnableModel): ModelSummary {
  const { path, name, parameters, contextSize = null, vocabularySize } = model;
  return { path, name, parameters, contextSize, vocabulary: vocabularySize };
}
