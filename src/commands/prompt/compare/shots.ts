// Solved examples that strategies show: the first ones of the task itself, or those of a file.

import type { Warning } from '../../../engine/events/events.js';
import { UnspoolError } from '../../../errors.js';
import { questionAndAnswerOf, type QuestionAndAnswer } from '../../../evaluation/tasks/question-and-answer.js';
import type { BadExample } from '../../../evaluation/tasks/example.js';
import { badLine, type TaskFormat } from '../../../evaluation/tasks/json-task.js';
import { strategies, usualExamples, type StrategyName } from '../../../prompting/strategies.js';
import type { OpenTask } from '../../pause-eval/tasks.js';
import { solvedExamples } from '../build/solved-examples.js';

export interface ShotsOptions {
  /** At most; undefined for as many as usual. */
  readonly count: number | undefined;
  /** Undefined for those of the task. */
  readonly from: string | undefined;
}

/** How many of its own examples a task gives away. */
export function ownShots(names: readonly StrategyName[], { count, from }: ShotsOptions): number {
  return from === undefined && names.some((name) => strategies[name].examples !== 'none')
    ? (count ?? usualExamples)
    : 0;
}

export interface StrategyShots {
  /** How many there are to show; null where no strategy shows any. */
  readonly count: number | null;
  /** What a file lacks. */
  readonly warnings: readonly Warning[];
  /** For a question, which is not among them. */
  find(strategy: StrategyName, question: string): Promise<readonly QuestionAndAnswer[]>;
}

export interface ShotsReading {
  readonly format: TaskFormat;
  readonly skipBad: boolean;
  readonly signal: AbortSignal;
}

/** Throws an `UnspoolError` where a file, or the task, does not have what one of the strategies shows. */
export async function openShots(
  names: readonly StrategyName[],
  wish: ShotsOptions,
  task: OpenTask,
  reading: ShotsReading,
): Promise<StrategyShots> {
  const showing = names.filter((name) => strategies[name].examples !== 'none');
  const { from } = wish;
  if (from !== undefined) {
    const { format, skipBad, signal } = reading;
    const file = { path: from, format, count: wish.count ?? usualExamples };
    // The file is read for each question; its bad lines are told once.
    const bad = new Set<number>();
    const onBad = (line: BadExample): void => {
      if (!skipBad) throw badLine(from, line);
      bad.add(line.line);
    };
    const find: StrategyShots['find'] = (strategy, question) => solvedExamples(file, strategy, question, signal, onBad);
    const counts: number[] = [];
    for (const name of showing) counts.push((await find(name, '')).length);
    const [count = null] = counts;
    return {
      count,
      warnings: [...badLines(from, bad.size), ...fewShots(from, count, wish.count)],
      find: (strategy, question) => (showing.includes(strategy) ? find(strategy, question) : nothing),
    };
  }
  const own = task.shots.map(questionAndAnswerOf);
  const needy = showing.find((name) => strategies[name].reasoning === 'needed');
  if (needy !== undefined && own.some(({ reasoning }) => reasoning === undefined)) {
    const message = `${task.name}: its examples have no reasoning, which ${needy} shows`;
    throw new UnspoolError('no-reasoning', message, 'give solved examples with reasoning by --shots-from FILE');
  }
  return {
    count: showing.length === 0 ? null : own.length,
    warnings: [],
    find: (strategy) => (showing.includes(strategy) ? Promise.resolve(own) : nothing),
  };
}

function badLines(path: string, count: number): readonly Warning[] {
  if (count === 0) return [];
  const message = `${path}: left out ${count === 1 ? 'a line that is no example' : `${count} lines that are no examples`}`;
  return [{ event: 'warning', code: 'bad-example', message, hint: null }];
}

function fewShots(path: string, count: number | null, wanted: number | undefined): readonly Warning[] {
  if (count === null || wanted === undefined || count >= wanted) return [];
  const message = `${path}: has ${count} of the ${wanted} solved examples that --shots asks for`;
  return [{ event: 'warning', code: 'few-shots', message, hint: 'few-shot strategies show as many as there are' }];
}

const nothing = Promise.resolve<readonly QuestionAndAnswer[]>([]);
