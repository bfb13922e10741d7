// The examples of a task under every strategy, one after the other, and how the strategies did.

import type { StrategiesEnd, StrategiesExample, TaskLabel, Warning } from '../../../engine/events/events.js';
import { toUnspoolError, UnspoolError } from '../../../errors.js';
import { loadDistributions } from '../../../evaluation/statistics/proportions.js';
import { StrategyScores } from '../../../evaluation/strategies/summary.js';
import { familyOf } from '../../../prompting/building/placement.js';
import { strategies, type StrategyName } from '../../../prompting/strategies.js';
import type { OpenTask } from '../../pause-eval/tasks.js';
import { memoryReporter } from '../../run/memory-use.js';
import type { Session } from '../../run/session.js';
import type { OpenRespondent } from './asking.js';
import { askAll, prepare, type Replied, type StrategyAsking } from './replies.js';
import { digestOf, type StrategyResults } from './results.js';
import type { StrategyShots } from './shots.js';

/** How examples are asked. */
export interface StrategiesRequest {
  /** The first is what the others are compared with. */
  readonly strategies: readonly StrategyName[];
  /** Problems that the model is asked to recall. */
  readonly exemplars: number;
  readonly pauses: number;
  /** Undefined for what each strategy usually takes. */
  readonly replyTokens: number | undefined;
  readonly temperature: number;
  readonly seed: number;
}

/** Where that many examples came first and none of them fits, no other is tried. */
const mostMisfits = 5;

export interface TaskRun {
  readonly run: StrategiesRequest;
  readonly task: OpenTask;
  readonly shots: StrategyShots;
  readonly results: StrategyResults;
  readonly respondent: Omit<OpenRespondent, 'model' | 'warnings'>;
}

/** Returns why it could not be done to its end. */
export async function answerTask(session: Session, taskRun: TaskRun): Promise<UnspoolError | undefined> {
  const { run, task, respondent } = taskRun;
  const label: TaskLabel = { index: 0, name: task.name };
  const { summary: model, asked } = respondent;
  const recalls = run.strategies.some((name) => strategies[name].recalls);
  session.handle({
    ...{ event: 'strategies-start', task: label, model, strategies: run.strategies, asked },
    ...{ shots: taskRun.shots.count, exemplars: recalls ? run.exemplars : null },
    examples: task.count ?? null,
  });
  const scores = new StrategyScores(label, model.name);
  const counts: ExampleCounts = { resumed: 0, tooLong: 0, tokens: { prompt: 0, answer: 0 } };
  let failure: UnspoolError | undefined;
  try {
    await askExamples(session, taskRun, { label, scores, counts });
  } catch (error) {
    failure = toUnspoolError(error);
  }
  const by = await loadDistributions();
  for (const row of scores.rows(by)) session.handle(row);
  for (const row of scores.exemplarRows(run.exemplars)) session.handle(row);
  const ended: StrategiesEnd['ended'] =
    failure !== undefined ? 'failed' : session.signal.aborted ? 'interrupted' : 'end';
  session.handle({
    ...{ event: 'strategies-end', task: label, examples: scores.examples, skipped: task.skipped, ...counts },
    ...{ limit: scores.examples === 0 ? null : scores.limit(by), ended, error: failure?.toFailure() ?? null },
  });
  return failure;
}

interface ExampleCounts {
  resumed: number;
  tooLong: number;
  readonly tokens: { prompt: number; answer: number };
}

interface TaskTally {
  readonly label: TaskLabel;
  readonly scores: StrategyScores;
  readonly counts: ExampleCounts;
}

/** Throws an `UnspoolError` where no example fits. */
async function askExamples(session: Session, taskRun: TaskRun, { label, scores, counts }: TaskTally): Promise<void> {
  const { task, results, respondent } = taskRun;
  const { signal, control } = session;
  const asking = askingOf(session, taskRun);
  const tellMemory = memoryReporter(session, respondent);
  let toldShort = false;
  let misfit: { readonly example: number; readonly tooLong: NonNullable<StrategiesExample['tooLong']> } | undefined;
  for (let example = 0; ; example += 1) {
    if (control.paused) await control.wait(signal);
    const read = signal.aborted ? undefined : await task.nextAlone();
    if (read === undefined) break;
    const prepared = await prepare(read, respondent.asked, asking);
    const digest = digestOf(prepared, respondent.contextSize);
    const known = results.find(digest);
    const replied =
      known === undefined ? await askAll(prepared, respondent, asking) : { ...known, shortened: undefined };
    if (replied === undefined) break;
    if (replied.shortened !== undefined && !toldShort) {
      toldShort = true;
      session.handle(shortReplies(label, replied.shortened));
    }
    const { expected, results: replies, tooLong } = replied;
    const place = { task: label, example, done: task.done };
    const told: StrategiesExample = { event: 'strategies-example', ...place, expected, results: replies, tooLong };
    if (known === undefined) results.add(told, digest);
    else counts.resumed += 1;
    session.handle(told);
    if (tooLong === null) {
      scores.add(replies);
      if (known === undefined) addTokens(counts, replies);
    } else {
      counts.tooLong += 1;
      misfit ??= { example, tooLong };
      if (scores.examples === 0 && counts.tooLong === mostMisfits) break;
    }
    tellMemory();
  }
  if (misfit === undefined) return;
  const { strategy, message } = misfit.tooLong;
  const why = `${strategy}: ${message}`;
  const hint = 'use a larger --context, or fewer --answer-tokens or --shots';
  if (scores.examples === 0) throw new UnspoolError('prompt-too-long', `${label.name}: no example fits: ${why}`, hint);
  const text = `${label.name}: left out what does not fit, example ${misfit.example + 1} first: ${why}`;
  session.handle({ event: 'warning', code: 'prompt-too-long', message: text, hint });
}

function shortReplies({ name }: TaskLabel, { strategy, from, to }: NonNullable<Replied['shortened']>): Warning {
  const message = `${name}: a reply by ${strategy} has ${to} tokens at most, not ${from}: half of what its prompt leaves of the context`;
  return { event: 'warning', code: 'short-replies', message, hint: 'use a larger --context, or set --answer-tokens' };
}

function addTokens({ tokens }: ExampleCounts, results: StrategiesExample['results']): void {
  for (const result of results) {
    tokens.prompt += result.tokens.prompt;
    tokens.answer += result.tokens.reasoning + result.tokens.answer;
  }
}

function askingOf({ signal, control }: Session, { run, shots, respondent }: TaskRun): StrategyAsking {
  const { exemplars, pauses, replyTokens, temperature, seed } = run;
  const family = familyOf(respondent.summary.name);
  return {
    ...{ strategies: run.strategies, shots, exemplars, pauses, family, replyTokens, temperature, seed, signal },
    now: control.now,
  };
}
