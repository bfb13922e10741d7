// unspool prompt compare: which strategy answers a task best, with one model, on the same examples.

import { nameOf, type ModelChoice } from '../../../backends/model-choice.js';
import { UnspoolError } from '../../../errors.js';
import { wordTaskNames } from '../../../evaluation/tasks/generated.js';
import type { TaskFormat } from '../../../evaluation/tasks/json-task.js';
import { usualExamples } from '../../../prompting/strategies.js';
import { metricOf, OpenTask, type TaskSource } from '../../pause-eval/tasks.js';
import type { Session } from '../../run/session.js';
import { openRespondent, type OpenRespondent } from './asking.js';
import { noStrategyResults, openStrategyResults } from './results.js';
import { openShots, ownShots, type ShotsOptions } from './shots.js';
import { answerTask, type StrategiesRequest } from './strategy-task.js';

export interface CompareStrategiesRun extends StrategiesRequest {
  readonly source: TaskSource;
  readonly format: TaskFormat;
  /** Examples; undefined for all, or 200 of a task that never ends. */
  readonly count: number | undefined;
  readonly skipBad: boolean;
  readonly shots: ShotsOptions;
  readonly model: ModelChoice;
  /** Tokens of prompt and reply; undefined for the usual. */
  readonly context: number | undefined;
  /** The file of results, which may be there from an earlier run. */
  readonly results: string | undefined;
}

export async function compareStrategies(session: Session, run: CompareStrategiesRun): Promise<void> {
  const { format, seed, skipBad } = run;
  const { signal } = session;
  const own = ownShots(run.strategies, run.shots);
  const given = own === 0 ? undefined : { count: own };
  const reading = { format, seed, skipBad, count: run.count, shots: given, madeHere: wordTaskNames, signal };
  const task = await OpenTask.open(run.source, reading).catch((error: unknown) => {
    // What an interruption has cut short is no task.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (task === undefined) {
    session.start({ model: null, documents: 1 });
    session.add({});
    return;
  }
  let respondent: OpenRespondent | undefined;
  try {
    // Before any model: what cannot be read is told at once.
    checkTask(task);
    const shots = await openShots(run.strategies, run.shots, task, reading);
    const results =
      run.results === undefined ? noStrategyResults : openStrategyResults(run.results, identityOf(run, task));
    respondent = await openRespondent(session, run.model, run.context);
    session.start({ model: respondent.summary, documents: 1 }, [...respondent.warnings, ...shots.warnings]);
    session.add({ failure: await answerTask(session, { run, task, shots, results, respondent }) });
    await session.addPeakMemoryOf(respondent);
  } finally {
    await task.close();
    await respondent?.model.dispose();
  }
}

function checkTask({ name, kind }: OpenTask): void {
  if (metricOf(kind) === 'accuracy') return;
  const message = `${name}: has references to be scored, and no answers that are right or wrong`;
  throw new UnspoolError('no-answers', message, 'unspool pause-eval scores them');
}

/** By the names of the options. `context` is that which a hint tells to give. */
function identityOf(run: CompareStrategiesRun, { name }: OpenTask): Readonly<Record<string, unknown>> {
  const { format, model, shots, replyTokens = null, context = null, exemplars, pauses, temperature, seed } = run;
  return {
    ...{ strategies: run.strategies.join(','), task: name },
    model: nameOf(model),
    '--shots': shots.count ?? usualExamples,
    '--shots-from': shots.from ?? null,
    '--exemplars': exemplars,
    '--pauses': pauses,
    '--answer-tokens': replyTokens,
    context,
    '--temperature': temperature,
    '--seed': seed,
    '--field': Object.entries(format.fields)
      .map(([field, called]) => `${field}=${called}`)
      .join(','),
    '--preset': format.preset ?? null,
  };
}
