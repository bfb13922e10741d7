// Solved examples that strategies show: the first ones of the task itself, or those of a file.

import { UnspoolError } from '../errors.js';
import { askedOf, type Asked } from '../evaluation/tasks/asked.js';
import type { TaskFormat } from '../evaluation/tasks/json-task.js';
import { strategies, type StrategyName } from '../prompting/strategies.js';
import type { OpenTask } from './pause-tasks.js';
import { solvedExamples } from './solved-examples.js';

export interface ShotsWish {
  /** At most. */
  readonly count: number;
  /** Undefined for those of the task. */
  readonly from: string | undefined;
}

/** How many of its own examples a task gives away. */
export function ownShots(names: readonly StrategyName[], { count, from }: ShotsWish): number {
  return from === undefined && names.some((name) => strategies[name].examples !== 'none') ? count : 0;
}

export interface StrategyShots {
  /** How many there are to show; null where no strategy shows any. */
  readonly count: number | null;
  /** For a question, which is not among them. */
  find(strategy: StrategyName, question: string): Promise<readonly Asked[]>;
}

/** Throws an `UnspoolError` where a file, or the task, does not have what one of the strategies shows. */
export async function openShots(
  names: readonly StrategyName[],
  { count, from }: ShotsWish,
  task: OpenTask,
  { format, signal }: { readonly format: TaskFormat; readonly signal: AbortSignal },
): Promise<StrategyShots> {
  const showing = names.filter((name) => strategies[name].examples !== 'none');
  if (from !== undefined) {
    const find: StrategyShots['find'] = (strategy, question) =>
      solvedExamples({ path: from, format, count }, strategy, question, signal);
    const counts: number[] = [];
    for (const name of showing) counts.push((await find(name, '')).length);
    return {
      count: counts[0] ?? null,
      find: (strategy, question) => (showing.includes(strategy) ? find(strategy, question) : nothing),
    };
  }
  const own = task.shots.map(askedOf);
  const needy = showing.find((name) => strategies[name].reasoning === 'needed');
  if (needy !== undefined && own.some(({ reasoning }) => reasoning === undefined)) {
    const message = `${task.name}: its examples have no reasoning, which ${needy} shows`;
    throw new UnspoolError('no-reasoning', message, 'give solved examples with reasoning by --shots-from FILE');
  }
  return {
    count: showing.length === 0 ? null : own.length,
    find: (strategy) => (showing.includes(strategy) ? Promise.resolve(own) : nothing),
  };
}

const nothing = Promise.resolve<readonly Asked[]>([]);
