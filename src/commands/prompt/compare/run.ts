// unspool prompt compare: which strategy answers a task best, with one model, on the same examples.

import { nameOf, type ModelChoice } from '../../../backends/model-choice.js';
import type { RunStart } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { emptyAccount } from '../../../engine/totals.js';
import { UnspoolError } from '../../../errors.js';
import { wordTaskNames } from '../../../evaluation/tasks/generated.js';
import type { TaskFormat } from '../../../evaluation/tasks/json-task.js';
import { usualExamples } from '../../../prompting/strategies.js';
import type { Settings } from '../../run/model-run.js';
import type { Outcome } from '../../run/outcome.js';
import { metricOf, OpenTask, type TaskSource } from '../../pause-eval/tasks.js';
import { resources } from '../../run/resources.js';
import { openRespondent, type OpenRespondent } from './asking.js';
import { noStrategyResults, openStrategyResults } from './results.js';
import { openShots, ownShots, type ShotsWish } from './shots.js';
import { answerTask, type StrategiesAsked } from './strategy-task.js';

export interface CompareStrategiesRun extends StrategiesAsked {
  readonly version: string;
  readonly source: TaskSource;
  readonly format: TaskFormat;
  /** Examples; undefined for all, or 200 of a task that never ends. */
  readonly count: number | undefined;
  readonly skipBad: boolean;
  readonly shots: ShotsWish;
  readonly model: ModelChoice;
  /** Tokens of prompt and reply; undefined for the usual. */
  readonly context: number | undefined;
  /** The file of results, which may be there from an earlier run. */
  readonly results: string | undefined;
  readonly onSettled?: ((settings: Settings) => void) | undefined;
}

export async function compareStrategies(run: CompareStrategiesRun, reporter: Reporter): Promise<Outcome> {
  const { signal, control, format, seed, skipBad } = run;
  const startedAt = control.now();
  const own = ownShots(run.strategies, run.shots);
  const given = own === 0 ? undefined : { count: own };
  const reading = { format, seed, skipBad, count: run.count, shots: given, madeHere: wordTaskNames, signal };
  const task = await OpenTask.open(run.source, reading).catch((error: unknown) => {
    // What an interruption has cut short is no task.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (task === undefined) {
    reporter.handle(runStart(run, null));
    return runEnd(run, startedAt, { failure: undefined, othersPeak: 0 }, reporter);
  }
  let respondent: OpenRespondent | undefined;
  try {
    // Before any model: what cannot be read is told at once.
    checkTask(task);
    const shots = await openShots(run.strategies, run.shots, task, reading);
    const results =
      run.results === undefined ? noStrategyResults : openStrategyResults(run.results, identityOf(run, task));
    respondent = await openRespondent(run.model, run.context, run.onSettled);
    reporter.handle(runStart(run, respondent.summary));
    for (const warning of [...respondent.warnings, ...shots.warnings]) reporter.handle(warning);
    const failure = await answerTask({ run, task, shots, results, respondent }, reporter);
    const othersPeak = await respondent.peakMemoryBytes().catch(() => 0);
    return runEnd(run, startedAt, { failure, othersPeak }, reporter);
  } finally {
    await task.close();
    await respondent?.model.dispose();
  }
}

function runStart({ version }: CompareStrategiesRun, model: RunStart['model']): RunStart {
  return { event: 'run-start', version, command: 'prompt compare', model, policy: null, chunk: null, documents: 1 };
}

interface Ending {
  readonly failure: UnspoolError | undefined;
  readonly othersPeak: number;
}

function runEnd(
  { signal, control }: CompareStrategiesRun,
  startedAt: number,
  { failure, othersPeak }: Ending,
  reporter: Reporter,
): Outcome {
  const status = signal.aborted ? 'interrupted' : failure === undefined ? 'done' : 'failed';
  reporter.handle({
    ...{ event: 'run-end', status, error: failure?.toFailure() ?? null },
    ...resources(control.now() - startedAt, othersPeak),
    ...{ documents: 1, account: emptyAccount, perplexity: null },
  });
  return { status, failures: failure === undefined ? [] : [failure] };
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
