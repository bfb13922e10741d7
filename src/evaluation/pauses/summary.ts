// How the conditions of a run did: one family of comparisons, whatever the tasks and places.

import type {
  Condition,
  ConditionResult,
  Metric,
  PausePlacement,
  TaskLabel,
  Thinking,
} from '../../engine/events/events.js';
import type { Distributions } from '../statistics/proportions.js';
import { detectable, judge, meanScore, type Pair } from '../statistics/verdicts.js';

/** One condition of a task, over its examples. */
interface Tally {
  readonly place: PausePlacement;
  readonly thinking: Thinking;
  readonly pauses: number;
  readonly scores: number[];
  tokens: number;
  seconds: number;
}

/** The results of a task: a number for each example and condition. */
export class TaskScores {
  readonly label: TaskLabel;
  readonly model: string;
  readonly metric: Metric;
  readonly #tallies = new Map<string, Tally>();

  constructor(label: TaskLabel, model: string, metric: Metric) {
    this.label = label;
    this.model = model;
    this.metric = metric;
  }

  /** One example under all conditions: the same ones in the same order, each time. */
  add(results: readonly ConditionResult[]): void {
    for (const { place, thinking, pauses, score, tokens, seconds } of results) {
      const key = `${place} ${thinking} ${pauses}`;
      const tally = this.#tallies.get(key) ?? { place, thinking, pauses, scores: [], tokens: 0, seconds: 0 };
      tally.scores.push(score);
      tally.tokens += tokens;
      tally.seconds += seconds;
      this.#tallies.set(key, tally);
    }
  }

  get tallies(): readonly Tally[] {
    return [...this.#tallies.values()];
  }

  /** The same without pauses. */
  baselineOf({ place, thinking }: Tally): Tally | undefined {
    return this.#tallies.get(`${place} ${thinking} 0`);
  }
}

/** Every condition with pauses against the one of its task, place and thinking without, corrected for all of them. */
export function conditionsOf(tasks: readonly TaskScores[], by: Distributions, seed: number): Condition[] {
  const rows = tasks.flatMap((task) => task.tallies.map((tally) => ({ task, tally, pair: pairOf(task, tally) })));
  const pairs = rows.flatMap(({ pair }) => pair ?? []);
  const judged = new Map(judge(pairs, by, seed).map((judgement, index) => [pairs[index], judgement]));
  return rows.map(({ task, tally, pair }, index) => {
    const { label, model, metric } = task;
    const judgement = pair === undefined ? null : (judged.get(pair) ?? null);
    const difference =
      pair === undefined || judgement === null
        ? null
        : { ...judgement, detectable: detectable(pair, pairs.length, by) };
    return {
      ...{ event: 'condition', task: label, model, metric },
      ...{ place: tally.place, thinking: tally.thinking, pauses: tally.pauses },
      examples: tally.scores.length,
      ...meanScore(metric, tally.scores, by, seed + pairs.length + index),
      difference,
      cost: costOf(tally, task.baselineOf(tally) ?? tally),
    };
  });
}

function pairOf(task: TaskScores, tally: Tally): Pair | undefined {
  const baseline = task.baselineOf(tally);
  if (tally.pauses === 0 || baseline === undefined) return undefined;
  return { metric: task.metric, baseline: baseline.scores, scores: tally.scores };
}

function costOf(tally: Tally, baseline: Tally): Condition['cost'] {
  const { length } = tally.scores;
  return {
    tokens: tally.tokens / length,
    seconds: tally.seconds / length,
    extraTokens: (tally.tokens - baseline.tokens) / length,
    extraSeconds: (tally.seconds - baseline.seconds) / length,
  };
}
