// unspool pause-eval: whether pauses before the answer help a model, task by task.

import type { ModelRequest } from '../../backends/model-choice.js';
import { openModel, type OpenedModel } from '../../backends/local/open-model.js';
import type { Backend } from '../../engine/backend.js';
import type {
  ModelSummary,
  PauseText,
  PausePlacement,
  TaskEnd,
  TaskLabel,
  Thinking,
} from '../../engine/events/events.js';
import { capacity } from '../../engine/policy.js';
import { toUnspoolError, type UnspoolError } from '../../errors.js';
import { controlResults } from '../../evaluation/pauses/controls.js';
import { evaluateExample, type Conditions } from '../../evaluation/pauses/evaluate.js';
import { pauseOf, type PauseChoice } from '../../evaluation/pauses/pause.js';
import { NoRoom, type CacheLimits } from '../../evaluation/pauses/sequence.js';
import { conditionsOf, TaskScores } from '../../evaluation/pauses/summary.js';
import { loadDistributions } from '../../evaluation/statistics/proportions.js';
import { controlTaskNames } from '../../evaluation/tasks/generated.js';
import { summaryOf } from '../run/model-run.js';
import { memoryWarnings, settlePolicy } from '../run/measurement-plan.js';
import { memoryReporter } from '../run/memory-use.js';
import type { Session } from '../run/session.js';
import { checkExample, controlFailed, streamedWarning, tooLong } from './failures.js';
import { noResults, openResults, type ResultsFile } from './results.js';
import { metricOf, OpenTask, type TaskReading, type TaskSource } from './tasks.js';

/** Tasks that one model does. */
export interface PauseGroup {
  readonly modelPath: string;
  readonly tasks: readonly TaskSource[];
}

export interface PauseRun {
  readonly groups: readonly PauseGroup[];
  /** Whether these are the controls, whose outcome is known. */
  readonly controls: boolean;
  readonly model: ModelRequest;
  /** Tokens in view; undefined for the usual. */
  readonly context: number | undefined;
  readonly reading: Omit<TaskReading, 'signal'>;
  readonly pause: PauseChoice;
  readonly pauses: readonly number[];
  /** Undefined for each task's own. */
  readonly places: readonly PausePlacement[] | undefined;
  readonly by: Conditions['by'];
  readonly thinking: readonly Thinking[];
  readonly answerTokens: Conditions['answerTokens'];
  /** The file of results, which may be there from an earlier run. */
  readonly results: string | undefined;
}

/** More tokens in one decode make several of llama.cpp's. */
const largestBatch = 512;

export async function evaluatePauses(session: Session, run: PauseRun): Promise<void> {
  const { signal } = session;
  const groups = await openGroups(session, run);
  const evaluated: EvaluatedTask[] = [];
  try {
    const results = run.results === undefined ? noResults : openResults(run.results, identityOf(run, groups));
    if (groups.length === 0 || signal.aborted) session.start({ model: null, documents: tasksIn(groups) });
    for (const [index, group] of groups.entries()) {
      if (signal.aborted) break;
      await runGroup(session, run, group, { index, groups, results, evaluated });
    }
  } finally {
    for (const { tasks } of groups) for (const task of tasks) await task.close();
  }
  // Not before: where the run fails as a whole, none counts.
  for (const task of evaluated) session.add(task);
  const by = await loadDistributions();
  const scores = evaluated.map((task) => task.scores);
  const conditions = conditionsOf(scores, by, run.reading.seed);
  for (const condition of conditions) session.handle(condition);
  if (run.controls && !signal.aborted) {
    const results = controlResults(conditions);
    for (const result of results) session.handle(result);
    const wrong = results.filter(({ holds }) => !holds);
    if (wrong.length > 0) session.fail(controlFailed(wrong.map(({ task }) => task.name)));
  }
}

function tasksIn(groups: readonly OpenGroup[]): number {
  return groups.reduce((sum, { tasks }) => sum + tasks.length, 0);
}

/** A task that was run as far as it went. */
interface EvaluatedTask {
  readonly scores: TaskScores;
  readonly failure: UnspoolError | undefined;
}

interface OpenGroup {
  readonly modelPath: string;
  readonly sources: readonly TaskSource[];
  readonly tasks: readonly OpenTask[];
}

/** Before any model: what cannot be read is told at once. */
async function openGroups({ signal }: Session, run: PauseRun): Promise<OpenGroup[]> {
  const groups: OpenGroup[] = [];
  for (const { modelPath, tasks: sources } of run.groups) {
    const tasks: OpenTask[] = [];
    for (const source of sources) {
      try {
        tasks.push(await OpenTask.open(source, { ...run.reading, signal }));
      } catch (error) {
        // What an interruption has cut short is no task.
        if (signal.aborted) return [];
        throw error;
      }
    }
    groups.push({ modelPath, sources, tasks });
  }
  return groups;
}

interface GroupContext {
  readonly index: number;
  readonly groups: readonly OpenGroup[];
  readonly results: ResultsFile;
  /** All so far; those of this group go there, too. */
  readonly evaluated: EvaluatedTask[];
}

async function runGroup(session: Session, run: PauseRun, group: OpenGroup, context: GroupContext): Promise<void> {
  const { groups, results, evaluated } = context;
  // Only the public API draws tokens.
  const modelInterface = group.tasks.some(({ kind }) => kind === 'answer') ? 'public' : undefined;
  const model = await openModel({ ...run.model, path: group.modelPath, modelInterface });
  try {
    const policy = settlePolicy(run.context === undefined ? {} : { capacity: run.context }, model);
    const cells = capacity(policy, true);
    const limits = { capacity: cells, batch: Math.min(largestBatch, cells) };
    const fit = await model.fit(cells, limits.batch);
    session.settled({ model, caches: [{ policy: null, cells, fit }] });
    const backend = await model.createBackend(cells, limits.batch);
    const summary = summaryOf(model);
    if (context.index === 0) {
      session.start({ model: groups.length === 1 ? summary : null, documents: tasksIn(groups) });
    }
    for (const warning of memoryWarnings(model, [fit])) session.handle(warning);
    const pause = await pauseOf(run.pause, backend.vocabulary, summary.name);
    for (const [index, task] of group.tasks.entries()) {
      if (session.signal.aborted) break;
      const label = { index: evaluated.length, name: task.name };
      const places = run.places ?? [usualPlace(group.sources[index])];
      const evaluation = { run, task, label, results, model, summary, backend, limits, pause, places };
      evaluated.push(await runTask(session, evaluation));
    }
    await session.addPeakMemoryOf(model);
  } finally {
    await model.dispose();
  }
}

interface TaskEvaluation {
  readonly run: PauseRun;
  readonly task: OpenTask;
  readonly label: TaskLabel;
  readonly results: ResultsFile;
  readonly model: OpenedModel;
  readonly summary: ModelSummary;
  readonly backend: Backend;
  readonly limits: CacheLimits;
  readonly pause: PauseText;
  readonly places: readonly PausePlacement[];
}

async function runTask(session: Session, evaluation: TaskEvaluation): Promise<EvaluatedTask> {
  const { run, task, label, results, model, summary, pause, limits } = evaluation;
  const { signal, control } = session;
  const scores = new TaskScores(label, summary.name, metricOf(task.kind));
  const { metric } = scores;
  session.handle({ event: 'task-start', task: label, model: summary, metric, pause, examples: task.count ?? null });
  const tellMemory = memoryReporter(session, model);
  const counts = { examples: 0, resumed: 0, streamed: 0, tokens: 0 };
  let failure: UnspoolError | undefined;
  try {
    for (let example = 0; ; example += 1) {
      if (control.paused) await control.wait(signal);
      const asked = signal.aborted ? undefined : await task.next();
      if (asked === undefined) break;
      checkExample(asked, `${label.name}: example ${example + 1}`, evaluation.places, run.thinking);
      const known = results.find(label.index, example);
      if (known !== undefined) counts.resumed += 1;
      const evaluated = known ?? (await evaluateExample(asked, conditionsFor(evaluation, control.now)));
      const result = { event: 'example', task: label, example, ...evaluated, done: task.done } as const;
      if (known === undefined) {
        results.add(result);
        counts.tokens += result.results.reduce((sum, { tokens }) => sum + tokens, result.prefixTokens);
      }
      if (result.streamed) {
        if (counts.streamed === 0) session.handle(streamedWarning(label, example, limits));
        counts.streamed += 1;
      }
      counts.examples += 1;
      scores.add(result.results);
      session.handle(result);
      tellMemory();
    }
  } catch (error) {
    failure =
      error instanceof NoRoom
        ? tooLong(label, counts.examples, Math.max(...run.pauses), limits)
        : toUnspoolError(error);
  }
  const ended: TaskEnd['ended'] = failure !== undefined ? 'failed' : signal.aborted ? 'interrupted' : 'end';
  const error = failure?.toFailure() ?? null;
  session.handle({ event: 'task-end', task: label, ...counts, skipped: task.skipped, ended, error });
  return { scores, failure };
}

function conditionsFor(
  { run, backend, limits, pause, places }: TaskEvaluation,
  now: () => number,
): Parameters<typeof evaluateExample>[1] {
  const { pauses, by, thinking, answerTokens } = run;
  const conditions = { pause: Int32Array.from(pause.tokens), pauses, places, thinking, by, answerTokens };
  return { backend, limits, conditions, now };
}

/** The control model was trained with its pauses before the answer marker. */
function usualPlace(source: TaskSource | undefined): PausePlacement {
  const isControl = source?.kind === 'generated' && controlTaskNames.some((name) => name === source.name);
  return isControl ? 'before-answer' : 'append';
}

function identityOf(run: PauseRun, groups: readonly OpenGroup[]): Readonly<Record<string, unknown>> {
  const { format, seed, shots = null } = run.reading;
  return {
    tasks: groups.flatMap(({ tasks }) => tasks.map(({ name }) => name)),
    models: groups.map(({ modelPath }) => modelPath),
    pauses: run.pauses,
    ...{ pause: run.pause, places: run.places ?? null, thinking: run.thinking },
    ...{ by: run.by, answerTokens: run.answerTokens },
    ...{ seed, shots, fields: format.fields, preset: format.preset ?? null, marker: format.marker },
    context: run.context ?? null,
  };
}
