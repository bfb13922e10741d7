// Strategies against the first, from results that are known: accuracies, intervals, p-values of R, and what cannot show.

import { describe, expect, it } from 'vitest';
import type { StrategyResult } from '../../../src/engine/events/events.js';
import { loadDistributions } from '../../../src/evaluation/statistics/proportions.js';
import { isRightAnswer } from '../../../src/evaluation/strategies/answers.js';
import { StrategyScores } from '../../../src/evaluation/strategies/summary.js';

const by = await loadDistributions();

function result(strategy: string, right: boolean, more: Partial<StrategyResult> = {}): StrategyResult {
  const tokens = { prompt: 100, reasoning: 2, answer: 8 };
  return { strategy, right, answer: 'a', reply: 'a', ended: 'stop', tokens, seconds: 0.5, exemplars: null, ...more };
}

/** `counts`: examples that are right under the first only, both, the second only, neither. */
function scored(first: number, both: number, second: number, neither: number): StrategyScores {
  const scores = new StrategyScores({ index: 0, name: 't' }, 'm');
  const add = (count: number, one: boolean, other: boolean): void => {
    for (let left = count; left > 0; left -= 1)
      scores.add([result('direct', one), result('other', other), result('third', one)]);
  };
  add(first, true, false);
  add(both, true, true);
  add(second, false, true);
  add(neither, false, false);
  return scores;
}

describe('StrategyScores', () => {
  it('compares 80% with 60% on the same 50 examples', () => {
    const [direct, other, third] = scored(4, 26, 14, 6).rows(by);
    expect([direct, other, third]).toMatchObject([
      { strategy: 'direct', examples: 50, right: 30, value: 0.6, difference: null },
      { strategy: 'other', right: 40, value: 0.8 },
      { strategy: 'third', right: 30 },
    ]);
    expect(direct?.cost).toEqual({ promptTokens: 100, answerTokens: 10, seconds: 0.5 });
    // Wilson 1927: (p + z^2/2n +- z sqrt(p (1 - p) / n + z^2/4n^2)) / (1 + z^2/n), z = 1.96.
    expect(direct?.interval[0]).toBeCloseTo(0.4618, 4);
    expect(direct?.interval[1]).toBeCloseTo(0.7239, 4);
    // As R's binom.test(4, 18): 2 (1 + 18 + 153 + 816 + 3060) / 2^18; Holm's factor for two is 2.
    expect(other?.difference?.pValue).toBeCloseTo((2 * 2 * 4048) / 2 ** 18, 12);
    expect(other?.difference).toMatchObject({ value: 0.2, level: 0.975, better: 14, worse: 4, verdict: 'no evidence' });
    expect(third?.difference).toMatchObject({ value: 0, pValue: 1, better: 0, worse: 0, verdict: 'no evidence' });
  });

  it('says what is better, and what is worse', () => {
    expect(scored(0, 20, 20, 10).rows(by)[1]?.difference?.verdict).toBe('helps');
    expect(scored(20, 20, 0, 10).rows(by)[1]?.difference?.verdict).toBe('hurts');
  });

  it('says where no difference could show', () => {
    // At 0.05 / 2, it takes 7 examples that all go one way: 2 / 2^7 = 0.0156, 2 / 2^6 = 0.03.
    expect(scored(0, 0, 0, 50).limit(by)).toBe('floor');
    expect(scored(6, 0, 6, 40).limit(by)).toBe('floor');
    expect(scored(7, 0, 6, 40).limit(by)).toBeNull();
    expect(scored(0, 50, 0, 0).limit(by)).toBe('ceiling');
    expect(scored(3, 44, 3, 0).limit(by)).toBe('ceiling');
    expect(scored(3, 0, 3, 0).limit(by)).toBe('few');
    expect(new StrategyScores({ index: 0, name: 't' }, 'm').rows(by)).toEqual([]);
  });

  it('adds up what was recalled, and counts replies without an answer or an end', () => {
    const scores = new StrategyScores({ index: 0, name: 't' }, 'm');
    const exemplars = {
      recalled: 3,
      wellFormed: 3,
      repeated: 1,
      restated: 0,
      checked: 2,
      right: 1,
      equations: 5,
      holding: 4,
    };
    scores.add([result('direct', true), result('analogical', true, { exemplars })]);
    const fewer = { ...exemplars, wellFormed: 2, restated: 1 };
    scores.add([
      result('direct', true),
      result('analogical', false, { answer: null, ended: 'length', exemplars: fewer }),
    ]);
    expect(scores.exemplarRows(3)).toEqual([
      {
        ...{ event: 'exemplar-row', task: { index: 0, name: 't' }, strategy: 'analogical', replies: 2, asked: 3 },
        ...{ complete: 1, threshold: 0.7, recalled: 6, wellFormed: 5, repeated: 2, restated: 1, checked: 4, right: 2 },
        ...{ equations: 10, holding: 8 },
      },
    ]);
    expect(scores.rows(by)).toMatchObject([
      { answered: 2, cut: 0 },
      { answered: 1, cut: 1 },
    ]);
  });
});

describe('isRightAnswer', () => {
  const letters = { kind: 'choices', choices: [' (A)', ' (B)', ' (C)'], right: 0 } as const;
  const words = { kind: 'choices', choices: [' bank', ' library'], right: 0 } as const;
  it.each([
    ['(A)', letters, true],
    ['A. the car', letters, true],
    ['The one on the left is (A).', letters, true],
    ['B', letters, false],
    ['An apple', letters, false],
    ['', letters, false],
    ['The bank.', words, true],
    ['library', words, false],
    ['$1,800 a day', { kind: 'answer', answer: '1800' }, true],
    ['barn  Damp, dot', { kind: 'answer', answer: 'barn damp dot' }, true],
    ['barn dot damp', { kind: 'answer', answer: 'barn damp dot' }, false],
  ] as const)('judges %j', (written, question, right) => {
    expect(isRightAnswer(written, question)).toBe(right);
  });
});
