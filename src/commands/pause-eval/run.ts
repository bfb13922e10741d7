// unspool pause-eval: whether pauses before the answer help a model, task by task.

import type { ModelRequest } from '../../backends/model-choice.js';
import { openModel, type OpenedModel } from '../../backends/local/open-model.js';
import type { Backend } from '../../engine/backend.js';
import type {
  ModelSummary,
  PauseText,
  Place,
  RunEvent,
  TaskEnd,
  TaskLabel,
  Thinking,
} from '../../engine/events/events.js';
import { capacity } from '../../engine/policy.js';
import type { Reporter } from '../../engine/events/reporter.js';
import type { RunControl } from '../../engine/progress/run-control.js';
import { emptyAccount } from '../../engine/totals.js';
import { toUnspoolError, type UnspoolError } from '../../errors.js';
import { controlResults } from '../../evaluation/pauses/controls.js';
import { evaluateExample, type Conditions } from '../../evaluation/pauses/evaluate.js';
import { pauseOf, type PauseChoice } from '../../evaluation/pauses/pause.js';
import { NoRoom, type CacheLimits } from '../../evaluation/pauses/sequence.js';
import { conditionsOf, TaskScores } from '../../evaluation/pauses/summary.js';
import { loadDistributions } from '../../evaluation/statistics/proportions.js';
import { controlTaskNames } from '../../evaluation/tasks/generated.js';
import { summaryOf, type Settings } from '../run/model-run.js';
import { memoryWarnings, settlePolicy } from '../run/plans.js';
import type { Outcome } from '../run/outcome.js';
import { checkExample, controlFailed, streamed, tooLong } from './failures.js';
import { noResults, openResults, type ResultsFile } from './results.js';
import { metricOf, OpenTask, type TaskReading, type TaskSource } from './tasks.js';
import { memoryTold, resources } from '../run/resources.js';

/** Tasks that one model does. */
export interface PauseGroup {
  readonly modelPath: string;
  readonly tasks: readonly TaskSource[];
}

export interface PauseRun {
  readonly version: string;
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
  readonly places: readonly Place[] | undefined;
  readonly by: Conditions['by'];
  readonly thinking: readonly Thinking[];
  readonly answerTokens: Conditions['answerTokens'];
  /** The file of results, which may be there from an earlier run. */
  readonly results: string | undefined;
  readonly signal: AbortSignal;
  readonly control: RunControl;
  readonly onSettled?: ((settings: Settings) => void) | undefined;
}

/** More tokens in one decode make several of llama.cpp's. */
const largestBatch = 512;

export async function evaluatePauses(run: PauseRun, reporter: Reporter): Promise<Outcome> {
  const { signal, control } = run;
  const startedAt = control.now();
  const progress: Progress = { tasks: [], failures: [], results: noResults, peakMemoryBytes: 0 };
  const groups = await openGroups(run);
  try {
    if (run.results !== undefined) progress.results = openResults(run.results, identityOf(run, groups));
    if (groups.length === 0 || signal.aborted) reporter.handle(runStart(run, null, groups));
    let started = 0;
    for (const [index, group] of groups.entries()) {
      if (signal.aborted) break;
      await runGroup(run, group, { index, started, groups, progress, reporter });
      started += group.tasks.length;
    }
  } finally {
    for (const { tasks } of groups) for (const task of tasks) await task.close();
  }
  const by = await loadDistributions();
  const conditions = conditionsOf(progress.tasks, by, run.reading.seed);
  for (const condition of conditions) reporter.handle(condition);
  if (run.controls && !signal.aborted) {
    const results = controlResults(conditions);
    for (const result of results) reporter.handle(result);
    const wrong = results.filter(({ holds }) => !holds);
    if (wrong.length > 0) progress.failures.push(controlFailed(wrong.map(({ task }) => task.name)));
  }
  const status = signal.aborted ? 'interrupted' : progress.failures.length > 0 ? 'failed' : 'done';
  const own = resources(control.now() - startedAt);
  reporter.handle({
    ...{ event: 'run-end', status, error: progress.failures[0]?.toFailure() ?? null },
    ...{ seconds: own.seconds, peakMemoryBytes: Math.max(progress.peakMemoryBytes, own.peakMemoryBytes) },
    ...{ documents: progress.tasks.length, account: emptyAccount, perplexity: null },
  });
  return { status, failures: progress.failures };
}

function runStart({ version }: PauseRun, model: ModelSummary | null, groups: readonly OpenGroup[]): RunEvent {
  const documents = groups.reduce((sum, { tasks }) => sum + tasks.length, 0);
  return { event: 'run-start', version, command: 'pause-eval', model, policy: null, chunk: null, documents };
}

/** What a run has come to. */
interface Progress {
  readonly tasks: TaskScores[];
  readonly failures: UnspoolError[];
  results: ResultsFile;
  peakMemoryBytes: number;
}

interface OpenGroup {
  readonly modelPath: string;
  readonly sources: readonly TaskSource[];
  readonly tasks: readonly OpenTask[];
}

/** Before any model: what cannot be read is told at once. */
async function openGroups(run: PauseRun): Promise<OpenGroup[]> {
  const groups: OpenGroup[] = [];
  for (const { modelPath, tasks: sources } of run.groups) {
    const tasks: OpenTask[] = [];
    for (const source of sources) {
      try {
        tasks.push(await OpenTask.open(source, { ...run.reading, signal: run.signal }));
      } catch (error) {
        // What an interruption has cut short is no task.
        if (run.signal.aborted) return [];
        throw error;
      }
    }
    groups.push({ modelPath, sources, tasks });
  }
  return groups;
}

interface GroupPlace {
  readonly index: number;
  /** Tasks of groups before this one. */
  readonly started: number;
  readonly groups: readonly OpenGroup[];
  readonly progress: Progress;
  readonly reporter: Reporter;
}

async function runGroup(run: PauseRun, group: OpenGroup, place: GroupPlace): Promise<void> {
  const { progress, reporter, groups } = place;
  // Only the public API draws tokens.
  const way = group.tasks.some(({ kind }) => kind === 'answer') ? 'public' : undefined;
  const model = await openModel({ ...run.model, path: group.modelPath, way });
  try {
    const policy = settlePolicy(run.context === undefined ? {} : { capacity: run.context }, model);
    const cells = capacity(policy, true);
    const limits = { capacity: cells, batch: Math.min(largestBatch, cells) };
    const fit = await model.fit(cells, limits.batch);
    run.onSettled?.({ model, caches: [{ policy: null, cells, fit }] });
    const backend = await model.createBackend(cells, limits.batch);
    const summary = summaryOf(model);
    if (place.index === 0) reporter.handle(runStart(run, groups.length === 1 ? summary : null, groups));
    for (const warning of memoryWarnings(model, [fit])) reporter.handle(warning);
    const pause = await pauseOf(run.pause, backend.vocabulary, summary.name);
    for (const [index, task] of group.tasks.entries()) {
      if (run.signal.aborted) break;
      const label = { index: place.started + index, name: task.name };
      const places = run.places ?? [usualPlace(group.sources[index])];
      const scores = new TaskScores(label, summary.name, metricOf(task.kind));
      progress.tasks.push(scores);
      const evaluation = { run, task, label, scores, model, summary, backend, limits, pause, places };
      await runTask(evaluation, progress, reporter);
    }
    const others = await model.peakMemoryBytes().catch(() => 0);
    progress.peakMemoryBytes = Math.max(progress.peakMemoryBytes, resources(0, others).peakMemoryBytes);
  } finally {
    await model.dispose();
  }
}

interface TaskEvaluation {
  readonly run: PauseRun;
  readonly task: OpenTask;
  readonly label: TaskLabel;
  readonly scores: TaskScores;
  readonly model: OpenedModel;
  readonly summary: ModelSummary;
  readonly backend: Backend;
  readonly limits: CacheLimits;
  readonly pause: PauseText;
  readonly places: readonly Place[];
}

async function runTask(evaluation: TaskEvaluation, progress: Progress, reporter: Reporter): Promise<void> {
  const { run, task, label, scores, model, summary, pause, limits } = evaluation;
  const { signal, control } = run;
  const { metric } = scores;
  reporter.handle({ event: 'task-start', task: label, model: summary, metric, pause, examples: task.count ?? null });
  const tellMemory = memoryTold(control, reporter, model);
  const counts = { examples: 0, resumed: 0, streamed: 0, tokens: 0 };
  let failure: UnspoolError | undefined;
  try {
    for (let example = 0; ; example += 1) {
      if (control.paused) await control.wait(signal);
      const asked = signal.aborted ? undefined : await task.next();
      if (asked === undefined) break;
      checkExample(asked, `${label.name}: example ${example + 1}`, evaluation.places, run.thinking);
      const known = progress.results.find(label.index, example);
      if (known !== undefined) counts.resumed += 1;
      const evaluated = known ?? (await evaluateExample(asked, conditionsFor(evaluation)));
      const result = { event: 'example', task: label, example, ...evaluated, done: task.done } as const;
      if (known === undefined) {
        progress.results.add(result);
        counts.tokens += result.results.reduce((sum, { tokens }) => sum + tokens, result.prefixTokens);
      }
      if (result.streamed) {
        if (counts.streamed === 0) reporter.handle(streamed(label, example, limits));
        counts.streamed += 1;
      }
      counts.examples += 1;
      scores.add(result.results);
      reporter.handle(result);
      tellMemory();
    }
  } catch (error) {
    failure =
      error instanceof NoRoom
        ? tooLong(label, counts.examples, Math.max(...run.pauses), limits)
        : toUnspoolError(error);
    progress.failures.push(failure);
  }
  const ended: TaskEnd['ended'] = failure !== undefined ? 'failed' : signal.aborted ? 'interrupted' : 'end';
  const error = failure?.toFailure() ?? null;
  reporter.handle({ event: 'task-end', task: label, ...counts, skipped: task.skipped, ended, error });
}

function conditionsFor({ run, backend, limits, pause, places }: TaskEvaluation): Parameters<typeof evaluateExample>[1] {
  const { pauses, by, thinking, answerTokens, control } = run;
  const conditions = { pause: Int32Array.from(pause.tokens), pauses, places, thinking, by, answerTokens };
  return { backend, limits, conditions, now: control.now };
}

/** The control model was trained with its pauses before the answer marker. */
function usualPlace(source: TaskSource | undefined): Place {
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
