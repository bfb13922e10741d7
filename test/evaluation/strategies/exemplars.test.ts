// What is counted of recalled problems, on ones written by hand; and how much two texts say the same.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countExemplars } from '../../../src/evaluation/strategies/exemplars.js';
import { overlap, sameAbove } from '../../../src/evaluation/strategies/overlap.js';

const question =
  'A robe takes 2 bolts of blue fiber and half that much white fiber. How many bolts in total does it take?';
const rope = {
  problem: 'A rope of 12 m is cut into 3 parts. How long is each?',
  solution: '12 / 3 = 4. The answer is 4 m.',
};
const cake = {
  problem: 'A cake takes 200 g of flour, and twice that of sugar. How heavy is it?',
  solution: '200 * 2 = 400\n200 + 400 = 600\nThe answer is 600.',
};

describe('countExemplars', () => {
  it('counts two good ones as such', () => {
    expect(countExemplars([rope, cake], question)).toEqual({
      ...{ recalled: 2, wellFormed: 2, repeated: 0, restated: 0, checked: 2, right: 2, equations: 3, holding: 3 },
    });
  });

  it('finds one that is an earlier one again, and one that is the question with other numbers', () => {
    const again = { ...rope, problem: 'A rope of 15 m is cut into 5 parts. How long is each?' };
    const restated = { ...cake, problem: question.replace('2', '4') };
    const counts = countExemplars([rope, restated, again], question);
    expect([counts.repeated, counts.restated]).toEqual([1, 1]);
  });

  it('finds a wrong equation, and an answer that is no result of one', () => {
    const wrong = { ...rope, solution: '12 / 3 = 5, and 5 - 1 = 4. The answer is 4.' };
    const astray = { ...rope, solution: '12 / 3 = 4. The answer is 5.' };
    const unsaid = { ...rope, solution: '12 / 3 = 4 for each of 3' };
    expect(countExemplars([wrong, astray, unsaid], question)).toMatchObject({
      checked: 3,
      right: 1,
      equations: 4,
      holding: 3,
    });
  });

  it('takes what has no solution for ill-formed, and words for nothing to check', () => {
    const counts = countExemplars(
      [
        { ...rope, solution: ' ' },
        { problem: '', solution: 'x' },
        { problem: 'Sort b a.', solution: 'a b' },
      ],
      question,
    );
    expect(counts).toMatchObject({ recalled: 3, wellFormed: 1, checked: 0, right: 0 });
  });
});

describe('overlap', () => {
  it('is the F-measure of ROUGE-L', () => {
    // Lin 2004, section 3.1: "police killed the gunman" and "police kill the gunman" share 3 of 4 words in order.
    expect(overlap('Police killed the gunman.', 'police kill the gunman')).toBe(0.75);
    expect(overlap('the gunman kill police', 'police killed the gunman')).toBe(0.5);
    expect(sameAbove).toBe(0.7);
  });

  it('is symmetric, 1 for the same words, and 0 for none', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(overlap(one, other)).toBe(overlap(other, one));
        expect(overlap(one, one.toUpperCase())).toBe(1);
      }),
    );
    expect(overlap('', '')).toBe(0);
  });
});
