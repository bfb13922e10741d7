import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { twoSidedPValue } from '../../../src/evaluation/statistics/student-t.js';

describe("Student's t", () => {
  it.each([0, 0.01, 1, -1, 2.5, 10, 1000])(
    'has its closed form with 1 degree of freedom (Cauchy), at %d',
    async (t) => {
      expect(await twoSidedPValue(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(Math.abs(t)), 14);
    },
  );

  it.each([0, 0.01, 1, -1, 2.5, 10, 1000])('has its closed form with 2 degrees of freedom, at %d', async (t) => {
    // 1 - |t| / sqrt(2 + t²), without the cancellation.
    const root = Math.sqrt(2 + t * t);
    const exact = 2 / (root * (root + Math.abs(t)));
    expect((await twoSidedPValue(t, 2)) / exact).toBeCloseTo(1, 12);
  });

  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: upper critical values at 0.975 and 0.995.
  it.each([
    [0.05, 9, 2.262],
    [0.05, 19, 2.093],
    [0.05, 30, 2.042],
    [0.05, 100, 1.984],
    [0.01, 19, 2.861],
    [0.01, 100, 2.626],
  ])('leaves %d beyond the published critical value for %d degrees of freedom', async (level, degrees, critical) => {
    expect(await twoSidedPValue(critical + 0.0005, degrees)).toBeLessThan(level);
    expect(await twoSidedPValue(critical - 0.0005, degrees)).toBeGreaterThan(level);
  });

  it('gives the p-value that R prints for the sleep data of Student (1908), paired', async () => {
    // t.test(extra ~ group, data = sleep, paired = TRUE): t = -4.0621, df = 9, p-value = 0.002833
    expect(await twoSidedPValue(-4.0621, 9)).toBeCloseTo(0.002833, 6);
  });

  it('keeps the digits of a tiny p-value, down to none', async () => {
    // Leading term of the tail for 19 degrees of freedom: t^-19 times a constant.
    const [near, far] = [await twoSidedPValue(1e4, 19), await twoSidedPValue(1e5, 19)];
    expect(Math.log10(near / far)).toBeCloseTo(19, 5);
    expect(far).toBeGreaterThan(0);
    expect(await twoSidedPValue(Infinity, 19)).toBe(0);
  });

  it('falls with |t|, whatever its sign', async () => {
    const degrees = fc.integer({ min: 1, max: 5000 });
    const size = fc.double({ min: 0, max: 50, noNaN: true });
    await fc.assert(
      fc.asyncProperty(size, size, degrees, async (one, other, freedom) => {
        const [small, large] = one < other ? [one, other] : [other, one];
        const p = await twoSidedPValue(small, freedom);
        expect(p).toBeLessThanOrEqual(1);
        expect(await twoSidedPValue(large, freedom)).toBeLessThanOrEqual(p);
        expect(await twoSidedPValue(-small, freedom)).toBe(p);
      }),
    );
  });
});
