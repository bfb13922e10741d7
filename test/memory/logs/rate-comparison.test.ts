import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareRates,
  discoveryAdjusted,
  dispersion,
  leastPValue,
  loadBetaDistribution,
  paceOf,
  type Occurrences,
  type RateComparison,
} from '../../../src/memory/logs/rate-comparison.js';

const beta = await loadBetaDistribution();
const pace = (first: Occurrences, second: Occurrences): number => {
  const [one = 0, other = 0] = [first, second].map(({ records }) => records.reduce((sum, size) => sum + size, 0));
  return other / one;
};
const compare = (first: Occurrences, second: Occurrences): RateComparison =>
  compareRates(first, second, pace(first, second), beta);
/** One block: nothing is known of bursts. */
const total = (count: number, records: number): Occurrences => ({ counts: [count], records: [records] });
const blocks = (size: number, counts: readonly number[]): Occurrences => ({
  counts,
  records: counts.map(() => size),
});

describe('compareRates', () => {
  it("gives the ratio and interval of R's poisson.test, in the example of its manual page", () => {
    // poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)): ratio 1.971488, 95% 0.8584264 to 4.2772659. Its p-value adds up
    // likelihoods; that of the doubled tail is scipy's: 2 * binom.sf(10, 32, 800 / 3811).
    const { ratio, pValue } = compare(total(21, 3011), total(11, 800));
    expect(ratio[0]).toBeCloseTo(0.8584264, 6);
    expect(ratio[1]).toBeCloseTo(1.971488, 6);
    expect(ratio[2]).toBeCloseTo(4.2772659, 6);
    expect(pValue).toBeCloseTo(0.11201731957539936, 12);
  });

  it('is closed in form where one count is 0', () => {
    // Of n events, none is in the second of two equal documents: p = 2 * 0.5 ** n, and at most a share of
    // 1 - 0.025 ** (1 / n) would be.
    const { ratio, pValue } = compare(total(10, 500), total(0, 500));
    const share = 1 - 0.025 ** (1 / 10);
    expect(pValue).toBeCloseTo(2 * 0.5 ** 10, 12);
    expect(ratio.slice(0, 2)).toEqual([0, 0]);
    expect(ratio[2]).toBeCloseTo(share / (1 - share), 9);
    const { ratio: first } = compare(total(0, 500), total(10, 500));
    expect(first[0]).toBeCloseTo((1 - share) / share, 9);
    expect(first.slice(1)).toEqual([Infinity, Infinity]);
  });

  it('takes bursts for what they are', () => {
    // Quasi-Poisson dispersion 21.26, interval and p-value of the divided counts by scipy's beta.ppf and betainc.
    const before = blocks(100, [0, 0, 40, 0, 0, 0, 38, 0]);
    const now = blocks(50, [30, 28, 31, 0, 0, 35, 29, 33]);
    expect(dispersion([before, now])).toBeCloseTo(21.261963842609003, 9);
    const { ratio, pValue } = compare(before, now);
    expect(ratio[0]).toBeCloseTo(1.277386977060542, 6);
    expect(ratio[1]).toBeCloseTo(4.769230769230769, 9);
    expect(ratio[2]).toBeCloseTo(22.83865374779777, 5);
    expect(pValue).toBeCloseTo(0.016663732007801642, 9);
    // One burst, however long, is one event.
    const burst = blocks(100, [0, 0, 5000, 0, 0, 0, 0, 0, 0, 0]);
    const never = blocks(100, new Array<number>(10).fill(0));
    expect(compare(burst, never).pValue).toBeGreaterThan(0.5);
  });

  it('turns the ratio over where the documents change places', () => {
    const counts = fc.array(fc.nat(30), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        fc.pre(first.some((count) => count > 0) && second.some((count) => count > 0));
        const there = compare(blocks(50, first), blocks(70, second));
        const back = compare(blocks(70, second), blocks(50, first));
        expect(back.pValue).toBeCloseTo(there.pValue, 9);
        expect(back.ratio[1] * there.ratio[1]).toBeCloseTo(1, 9);
        // The inverse of the beta distribution is that exact where an end is far out.
        expect(back.ratio[2] * there.ratio[0]).toBeCloseTo(1, 4);
        expect(there.ratio[0]).toBeLessThanOrEqual(there.ratio[1]);
        expect(there.ratio[1]).toBeLessThanOrEqual(there.ratio[2]);
      }),
    );
  });
});

describe('dispersion', () => {
  it('is 1 of what comes evenly, and the length of bursts of what comes in bursts', () => {
    expect(dispersion([blocks(10, new Array<number>(64).fill(3))])).toBe(1);
    const bursts = Array.from({ length: 64 }, (_, block) => (block % 8 === 0 ? 50 : 0));
    expect(dispersion([blocks(1000, bursts)])).toBeGreaterThan(40);
  });

  it('sees bursts that are longer than a block', () => {
    const half = Array.from({ length: 64 }, (_, block) => (block < 32 ? 10 : 0));
    // Of 64 blocks, half hold 10 and all 5 in the mean; of 8, half hold 80, and all 40.
    expect(dispersion([blocks(100, half)])).toBeCloseTo((40 * 8) / 7, 9);
  });

  it('does not take a difference between the documents for a burst', () => {
    expect(dispersion([blocks(10, new Array<number>(9).fill(9)), blocks(10, new Array<number>(9).fill(1))])).toBe(1);
  });
});

describe('discoveryAdjusted', () => {
  it("gives the values of R's p.adjust and scipy's false_discovery_control", () => {
    const adjusted = discoveryAdjusted([0.0004, 0.041, 0.02, 0.6, 0.003]);
    for (const [index, value] of [0.002, 0.05125, 0.1 / 3, 0.6, 0.0075].entries()) {
      expect(adjusted[index]).toBeCloseTo(value, 12);
    }
    for (const value of discoveryAdjusted([0.01, 0.02, 0.03, 0.04, 0.05])) expect(value).toBeCloseTo(0.05, 12);
  });
});

describe('paceOf', () => {
  it('does not move when something floods the second document, or ends there', () => {
    const usual = [10, 20, 30, 40].map((count) => [count, 3 * count] as const);
    expect(paceOf(usual)).toBe(3);
    expect(paceOf([...usual, [5, 100_000], [50, 0], [0, 7000]])).toBe(3);
    expect(paceOf([[4, 0]])).toBe(undefined);
  });
});

describe('leastPValue', () => {
  it('is never more than what the test comes to', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 99 }), (first, second, records) => {
        fc.pre(first + second > 0);
        const { pValue } = compare(total(first, 100 - records), total(second, records));
        expect(leastPValue(first + second, records / (100 - records))).toBeLessThanOrEqual(pValue + 1e-12);
      }),
    );
  });
});
