import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holmAdjusted } from '../../../src/evaluation/statistics/holm.js';

/** The step-down procedure as Holm (1979) states it: which hypotheses fall at this level. */
function rejected(pValues: readonly number[], level: number): boolean[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const fallen = pValues.map(() => false);
  for (const [step, index] of order.entries()) {
    if ((pValues[index] ?? 1) * (pValues.length - step) > level) break;
    fallen[index] = true;
  }
  return fallen;
}

const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe('Holm-adjusted p-values', () => {
  it.each([
    [[], []],
    [[0.03], [0.03]],
    // 4 × 0.01; 3 × 0.02; 2 × 0.03; then no less than that.
    [
      [0.01, 0.02, 0.03, 0.04],
      [0.04, 0.06, 0.06, 0.06],
    ],
    [
      [0.01, 0.04, 0.03, 0.005],
      [0.03, 0.06, 0.06, 0.02],
    ],
    [
      [0.5, 0.6],
      [1, 1],
    ],
    [
      [0.02, 0.02],
      [0.04, 0.04],
    ],
  ])('of %j are %j', (pValues, adjusted) => {
    const actual = holmAdjusted(pValues);
    expect(actual).toHaveLength(adjusted.length);
    for (const [index, value] of adjusted.entries()) expect(actual[index]).toBeCloseTo(value, 12);
  });

  it('reject what the step-down procedure rejects, at any level', () => {
    fc.assert(
      fc.property(
        fc.array(probability, { maxLength: 8 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (all, level) => {
          expect(holmAdjusted(all).map((pValue) => pValue <= level)).toEqual(rejected(all, level));
        },
      ),
    );
  });

  it('keep the order, do not fall, and are never stricter than Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(probability, { minLength: 1, maxLength: 8 }), (all) => {
        const adjusted = holmAdjusted(all);
        for (const [index, value] of adjusted.entries()) {
          const pValue = all[index] ?? NaN;
          expect(value).toBeGreaterThanOrEqual(pValue);
          expect(value).toBeLessThanOrEqual(Math.min(1, all.length * pValue));
          for (const [other, otherValue] of adjusted.entries()) {
            if (pValue < (all[other] ?? NaN)) expect(value).toBeLessThanOrEqual(otherValue);
          }
        }
      }),
    );
  });
});
