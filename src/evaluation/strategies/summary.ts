// How the strategies of a run did, each against the first on the same examples: one family of comparisons.

import type {
  ExemplarRow,
  ComparisonLimit,
  StrategyResult,
  StrategyRow,
  TaskLabel,
} from '../../engine/events/events.js';
import { mcNemarPValue, wilsonInterval, type Distributions } from '../statistics/proportions.js';
import { detectable, judge, significance, type Pair } from '../statistics/verdicts.js';
import { noExemplars, sumOfExemplars } from './exemplars.js';
import { sameAbove } from './overlap.js';

export class StrategyScores {
  readonly #task: TaskLabel;
  readonly #model: string;
  readonly #results = new Map<string, StrategyResult[]>();
  examples = 0;

  constructor(task: TaskLabel, model: string) {
    this.#task = task;
    this.#model = model;
  }

  /** One example under all strategies: the same ones in the same order, each time. */
  add(results: readonly StrategyResult[]): void {
    this.examples += 1;
    for (const result of results) {
      const own = this.#results.get(result.strategy);
      if (own === undefined) this.#results.set(result.strategy, [result]);
      else own.push(result);
    }
  }

  rows(by: Distributions): StrategyRow[] {
    const all = [...this.#results.entries()];
    const [first] = all;
    if (first === undefined) return [];
    const baseline = scoresOf(first[1]);
    const pairs = all
      .slice(1)
      .map(([, results]): Pair => ({ metric: 'accuracy', baseline, scores: scoresOf(results) }));
    const judged = judge(pairs, by, 0);
    return all.map(([strategy, results], index) => {
      const [pair, judgement] = [pairs[index - 1], judged[index - 1] ?? null];
      const right = results.filter((result) => result.right).length;
      const { length: examples } = results;
      return {
        ...{ event: 'strategy-row', task: this.#task, model: this.#model, strategy, examples, right },
        ...{ value: right / examples, interval: wilsonInterval(right, examples, 0.95, by) },
        answered: results.filter(({ answer }) => answer !== null).length,
        cut: results.filter(({ ended }) => ended === 'length').length,
        difference:
          pair === undefined || judgement === null
            ? null
            : { ...judgement, detectable: detectable(pair, pairs.length, by) },
        cost: {
          promptTokens: mean(results.map(({ tokens }) => tokens.prompt)),
          answerTokens: mean(results.map(({ tokens }) => tokens.reasoning + tokens.answer)),
          seconds: mean(results.map(({ seconds }) => seconds)),
        },
      };
    });
  }

  /** Of strategies that recall problems, `asked` for so many. */
  exemplarRows(asked: number): ExemplarRow[] {
    return [...this.#results].flatMap(([strategy, results]): ExemplarRow[] => {
      const counts = results.flatMap(({ exemplars }) => exemplars ?? []);
      if (counts.length === 0) return [];
      const complete = counts.filter(({ recalled, wellFormed }) => recalled === asked && wellFormed === asked).length;
      return [
        {
          ...{ event: 'exemplar-row', task: this.#task, strategy, replies: counts.length, asked },
          ...{ complete, threshold: sameAbove },
          ...counts.reduce(sumOfExemplars, noExemplars),
        },
      ];
    });
  }

  /** Whether so few answers are right, or wrong, that the test could find no difference even if all went one way. */
  limit(by: Distributions): ComparisonLimit | null {
    const rights = [...this.#results.values()].map((results) => results.filter(({ right }) => right).length);
    const share = significance / Math.max(1, rights.length - 1);
    const isTooFew = (count: number): boolean =>
      mcNemarPValue({ both: 0, first: 0, second: count, neither: 0 }, by) >= share;
    if (isTooFew(this.examples)) return 'few';
    if (rights.every(isTooFew)) return 'floor';
    return rights.every((right) => isTooFew(this.examples - right)) ? 'ceiling' : null;
  }
}

function scoresOf(results: readonly StrategyResult[]): number[] {
  return results.map(({ right }) => (right ? 1 : 0));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
