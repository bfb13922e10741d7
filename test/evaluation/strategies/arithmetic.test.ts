// Equations in texts: which are found, which hold, and what is left alone because it is none.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equationsIn } from '../../../src/evaluation/strategies/arithmetic.js';

const verdicts = (text: string): boolean[] => equationsIn(text).map(({ holds }) => holds);

describe('equationsIn', () => {
  it.each([
    ['16 - 3 - 4 = 9 duck eggs. 9 * 2 = $18.', [true, true]],
    ['16 - 3 - 4 = <<16-3-4=9>>9 a day', [true]],
    ['80,000+50,000=$130,000', [true]],
    ['2 + 3 × 4 = 14, and (2 + 3) × 4 = 20', [true, true]],
    ['2 + 3 * 4 = 20', [false]],
    ['5 x 3 = 15 and 10 ÷ 4 = 2.5', [true, true]],
    ['10 / 3 = 3.33, about 10 / 3 = 3.34', [true, false]],
    // A whole number is no rounded one.
    ['10 / 3 = 3', [false]],
    ['4 + 3 = 2 * 3 + 1 = 7', [true, true]],
    ['total = 4 + 4 = 9', [false]],
    ['20% * 50 = 10; 1 / 4 = 25%; 0.2 * 50 = 10%', [true, true, true]],
    ['-5 + 3 = -2 and 3 - -2 = 5', [true, true]],
    ['- 5 + 3 = 8', [true]],
    ['So it is 9 * 2 = **18**.', [true]],
    ['\\(3 \\times 4 = 12\\)', [true]],
    ['(60 * 9 = 540)', [true]],
    ['15 = 5 * 3', [true]],
    ['so .20 * 50 = $10, and -.5 * 4 = -2', [true, true]],
  ])('reads %j', (text, expected) => {
    expect(verdicts(text)).toEqual(expected);
  });

  it.each([
    ['3 apples + 2 apples = 5 apples'],
    ['x + 2 * 3 = 10'],
    ['total - 5 * 2 = 10'],
    ['3x = 12'],
    ['2 * 5 = 10x'],
    ['15 minutes / 60 = 0.25'],
    ['2**3 = 8'],
    ['2^3 * 2 = 16'],
    ['a=5, b = 7'],
    ['2-3 weeks = a month'],
    ['1 / 0 = 7'],
    ['250 = (5/2)x'],
    ['3 + 4\n= 8'],
  ])('finds none in %j', (text) => {
    expect(verdicts(text).filter((holds) => !holds)).toEqual([]);
  });

  it('tells the result of a chain', () => {
    expect(equationsIn('4 + 3 = 2 * 3 + 1 = 7').map(({ result }) => result)).toEqual([7, 7]);
  });

  it('agrees with JavaScript on sums and products of any numbers', () => {
    const number = fc.integer({ min: 0, max: 999 });
    const rest = fc.array(fc.tuple(fc.constantFrom('+', '-', '*'), number), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(number, rest, fc.integer({ min: -2, max: 2 }), (first, others, off) => {
        const text = [first, ...others.flat()].join(' ');
        const value = others.reduce<number[][]>(
          (sums, [sign, next]) => {
            const last = sums.at(-1) ?? [];
            if (sign === '*') last.push(next);
            else sums.push([sign === '+' ? 1 : -1, next]);
            return sums;
          },
          [[first]],
        );
        const sum = value.reduce((total, factors) => total + factors.reduce((product, each) => product * each, 1), 0);
        expect(verdicts(`so ${text} = ${sum + off} in all`)).toEqual([off === 0]);
      }),
    );
  });
});
