// What every task that runs a model shares: open it, and go through the documents as its plan says.

import type { ModelChoice } from '../../backends/model-choice.js';
import { openRunnable } from '../../backends/open-runnable.js';
import type { Purpose, RunnableModel } from '../../backends/runnable-model.js';
import type { ModelSummary } from '../../engine/events/events.js';
import { UnspoolError } from '../../errors.js';
import type { Documents } from '../options/reading.js';
import { checkPolicy, memoryWarnings, type MeasurementPlan } from './measurement-plan.js';
import { runDocuments } from './run-documents.js';
import type { Session } from './session.js';

export interface ModelRun extends Documents {
  readonly model: ModelChoice;
  readonly purpose: Purpose;
}

/** A document that fails does not stop the others. */
export async function runModel(
  session: Session,
  run: ModelRun,
  planFor: (model: RunnableModel) => MeasurementPlan,
): Promise<void> {
  const model = await openRunnable(run.model, run.purpose);
  try {
    const plan = planFor(model);
    const { policy, chunk, cells, batch } = plan;
    const fit = await fitting(plan, () => model.fit(cells, batch));
    session.settled({ model, caches: [{ policy, cells, fit }] });
    const backends = await fitting(plan, () => model.createBackends(cells, batch));
    const [backend] = backends;
    if (policy !== null) checkPolicy(policy, backend, model);
    session.start({ model: summaryOf(model), policy, chunk, documents: run.sources.length }, [
      ...model.warnings,
      ...plan.warnings,
      ...memoryWarnings(model, [fit]),
    ]);
    await runDocuments(session, run, plan.measure(backend), {
      ...{ model, backends, vocabulary: backend.vocabulary, window: policy?.window },
    });
  } finally {
    await model.dispose();
  }
}

/** Where no cache rolls, it is the chunk that is too large. */
async function fitting<Result>({ policy }: MeasurementPlan, work: () => Promise<Result>): Promise<Result> {
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
