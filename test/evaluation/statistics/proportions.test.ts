// Intervals and tests of proportions, against R and published tables.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detectableDifference,
  loadDistributions,
  mcNemarPower,
  mcNemarPValue,
  newcombeInterval,
  wilsonInterval,
} from '../../../src/evaluation/statistics/proportions.js';

const by = await loadDistributions();

function pair(both: number, first: number, second: number, neither: number) {
  return { both, first, second, neither };
}

describe('wilsonInterval', () => {
  // R 4.2.2: prop.test(x, n, correct = FALSE, conf.level = level)$conf.int
  it.each([
    [0, 10, 0.95, 0, 0.277532799863],
    [5, 50, 0.95, 0.0434757649319, 0.213602314375],
    [29, 263, 0.95, 0.0778789064341, 0.153874656502],
    [81, 263, 1 - 0.05 / 12, 0.233265311835, 0.394329151217],
    [200, 200, 0.95, 0.981154673623, 1],
    [102, 200, 1 - 0.05 / 12, 0.410339788981, 0.608871610335],
  ])('of %d in %d at %d is what R gives', (successes, examples, level, from, to) => {
    const interval = wilsonInterval(successes, examples, level, by);
    expect(interval[0]).toBeCloseTo(from, 11);
    expect(interval[1]).toBeCloseTo(to, 11);
  });

  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  it('of 15 in 148 is the published one', () => {
    const [from, to] = wilsonInterval(15, 148, 0.95, by);
    expect([from.toFixed(4), to.toFixed(4)]).toEqual(['0.0624', '0.1605']);
  });
});

describe('mcNemarPValue', () => {
  // R 4.2.2: binom.test(first, first + second)$p.value
  it.each([
    [6, 16, 0.0524787902832],
    [0, 5, 0.0625],
    [3, 3, 1],
    [40, 70, 0.00544742951144],
    [1, 20, 2.09808349609e-5],
    [150, 210, 0.0018340074171],
    [0, 0, 1],
  ])('of %d against %d is what R gives', (first, second, expected) => {
    expect(mcNemarPValue(pair(9, first, second, 4), by) / expected).toBeCloseTo(1, 10);
    expect(mcNemarPValue(pair(9, second, first, 4), by) / expected).toBeCloseTo(1, 10);
  });
});

describe('newcombeInterval', () => {
  // Fagerland, Lydersen and Laake 2017, "Statistical Analysis of Contingency Tables", chapter 8: patients of Cavo et al.
  // 2012 before and after consolidation; their difference is the first minus the second.
  it('is the published one', () => {
    const [from, to] = newcombeInterval(pair(59, 6, 16, 80), 0.95, by);
    expect([(-to).toFixed(4), (-from).toFixed(4)]).toEqual(['-0.1186', '-0.0046']);
  });

  it('holds the difference, turns over with the pair, and widens with the level', () => {
    const count = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(count, count, count, count, (both, first, second, neither) => {
        const counts = pair(both, first, second, neither);
        const examples = both + first + second + neither;
        fc.pre(examples > 0);
        const [from, to] = newcombeInterval(counts, 0.95, by);
        const difference = (second - first) / examples;
        expect(from).toBeLessThanOrEqual(difference + 1e-12);
        expect(to).toBeGreaterThanOrEqual(difference - 1e-12);
        const turned = newcombeInterval(pair(both, second, first, neither), 0.95, by);
        expect(turned[0]).toBeCloseTo(-to, 12);
        expect(turned[1]).toBeCloseTo(-from, 12);
        const wider = newcombeInterval(counts, 0.99, by);
        expect(wider[0]).toBeLessThanOrEqual(from + 1e-12);
        expect(wider[1]).toBeGreaterThanOrEqual(to - 1e-12);
      }),
    );
  });
});

describe('detectableDifference', () => {
  it('is found with a chance of 80%, by counting every outcome', () => {
    const [examples, discordance, level] = [40, 0.5, 0.05];
    const difference = detectableDifference(examples, discordance, level, by) ?? Number.NaN;
    const [winning, losing] = [(discordance + difference) / 2, (discordance - difference) / 2];
    let power = 0;
    for (let wins = 0; wins <= examples; wins += 1) {
      for (let losses = 0; wins + losses <= examples; losses += 1) {
        if (losses >= wins || mcNemarPValue(pair(0, losses, wins, examples - wins - losses), by) > level) continue;
        power += multinomial([wins, losses, examples - wins - losses], [winning, losing, 1 - discordance]);
      }
    }
    expect(power).toBeCloseTo(0.8, 3);
  });

  it('shrinks with more examples, and is none where all of them would not be enough', () => {
    const at = (examples: number): number => detectableDifference(examples, 0.3, 0.05 / 12, by) ?? Number.NaN;
    expect(at(2000)).toBeLessThan(at(200));
    expect(at(200)).toBeLessThan(at(50));
    expect(detectableDifference(5, 0.3, 0.05, by)).toBeNull();
    // Six that all go one way are significant: 2 / 2^6 < 0.05.
    expect(detectableDifference(6, 0.3, 0.05, by)).not.toBeNull();
  });

  it('is more than what differs, where nothing differs', () => {
    const difference = detectableDifference(200, 0, 0.05, by) ?? Number.NaN;
    expect(mcNemarPower({ examples: 200, discordance: difference, difference }, 0.05, by)).toBeCloseTo(0.8, 2);
  });

  it('does not take long for many examples', () => {
    const difference = detectableDifference(100_000, 0.3, 0.05, by) ?? Number.NaN;
    // Normal approximation: (1.96 + 0.84) * sqrt(0.3 / 100,000).
    expect(difference).toBeCloseTo(2.8016 * Math.sqrt(0.3 / 1e5), 3);
  });
});

function multinomial(counts: readonly number[], shares: readonly number[]): number {
  const logFactorial = (n: number): number =>
    Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const log = counts.reduce(
    (sum, count, index) => sum - logFactorial(count) + (count === 0 ? 0 : count * Math.log(shares[index] ?? 0)),
    logFactorial(total),
  );
  return Math.exp(log);
}
