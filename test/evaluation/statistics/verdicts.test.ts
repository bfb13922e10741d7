// The promise of a verdict, in simulated runs: hardly ever a wrong one, and as often a right one as is said.

import { describe, expect, it } from 'vitest';
import { bootstrapMean } from '../../../src/evaluation/statistics/bootstrap.js';
import { loadDistributions } from '../../../src/evaluation/statistics/proportions.js';
import { Random } from '../../../src/evaluation/statistics/random.js';
import { detectable, judge, meanScore, type Pair } from '../../../src/evaluation/statistics/verdicts.js';

const by = await loadDistributions();
const runs = 400;
const conditions = 12;

/** A run of one baseline and twelve conditions; `effect` is the share that gains by the first of them. */
function simulatedRun(seed: number, examples: number, effect: number): Pair[] {
  const random = new Random(7, seed);
  const hit = (share: number): boolean => random.below(1e6) < share * 1e6;
  const baseline = Array.from({ length: examples }, () => (hit(0.5) ? 1 : 0));
  return Array.from({ length: conditions }, (_, condition) => ({
    metric: 'accuracy',
    baseline,
    // A fifth of the answers change, as often for the better as for the worse; the effect tips the balance.
    scores: baseline.map((before) => {
      const tip = condition === 0 ? effect : 0;
      return hit(before === 1 ? discordance - tip : discordance + tip) ? 1 - before : before;
    }),
  }));
}
const discordance = 0.2;

describe('judge', () => {
  it('calls at most 5% of runs without an effect helpful or harmful, in a grid of 12 conditions', () => {
    const found = { helps: 0, hurts: 0 };
    for (let seed = 0; seed < runs; seed += 1) {
      const verdicts = judge(simulatedRun(seed, 200, 0), by, seed).map((each) => each?.verdict);
      if (verdicts.includes('helps')) found.helps += 1;
      if (verdicts.includes('hurts')) found.hurts += 1;
    }
    expect(found.helps / runs).toBeLessThanOrEqual(0.05);
    expect(found.hurts / runs).toBeLessThanOrEqual(0.05);
    // The test is not one that never finds anything.
    expect(found.helps + found.hurts).toBeGreaterThan(0);
  });

  it('finds the difference that it calls detectable in 80% of runs', () => {
    const examples = 300;
    // Exactly as many examples differ as do on the average of the runs.
    const changed: Pair = {
      metric: 'accuracy',
      baseline: Array.from({ length: examples }, () => 0),
      scores: Array.from({ length: examples }, (_, index) => (index < discordance * examples ? 1 : 0)),
    };
    const effect = detectable(changed, conditions, by) ?? Number.NaN;
    let found = 0;
    for (let seed = 0; seed < runs; seed += 1) {
      const [first] = judge(simulatedRun(seed, examples, effect), by, seed);
      if (first?.verdict === 'helps') found += 1;
    }
    // Two standard errors of a share of 80% in 400 runs are 4 points; Holm's correction gives away a little less.
    expect(found / runs).toBeGreaterThan(0.76);
    expect(found / runs).toBeLessThan(0.85);
  });

  it('judges means as it judges shares', () => {
    const wrong = { helps: 0 };
    const meanRuns = 60;
    for (let seed = 0; seed < meanRuns; seed += 1) {
      const verdicts = judge(meansRun(seed, 0), by, seed).map((each) => each?.verdict);
      if (verdicts.includes('helps')) wrong.helps += 1;
    }
    expect(wrong.helps / meanRuns).toBeLessThanOrEqual(0.05);
    const [helped, other] = judge(meansRun(1, 2), by, 1);
    expect([helped?.verdict, other?.verdict]).toEqual(['helps', 'no evidence']);
    const [hurt] = judge(meansRun(1, -2), by, 1);
    expect(hurt?.verdict).toBe('hurts');
  });

  it('corrects for the other conditions', () => {
    const baseline = Array.from({ length: 100 }, () => 0);
    const scores = baseline.map((_, index) => (index < 8 ? 1 : 0));
    const pair: Pair = { metric: 'accuracy', baseline, scores };
    const [alone] = judge([pair], by, 0);
    expect(alone).toMatchObject({ value: 0.08, verdict: 'helps', better: 8, worse: 0, level: 0.95 });
    expect(alone?.pValue).toBeCloseTo(2 / 2 ** 8, 12);
    const none: Pair = { metric: 'accuracy', baseline, scores: baseline };
    const [among, nothing] = judge([pair, ...Array.from({ length: 19 }, () => none)], by, 0);
    expect(among).toMatchObject({ verdict: 'no evidence', level: 1 - 0.05 / 20 });
    expect(among?.pValue).toBeCloseTo((20 * 2) / 2 ** 8, 12);
    expect(nothing).toMatchObject({ value: 0, pValue: 1, verdict: 'no evidence', better: 0, worse: 0 });
  });

  it('does not judge means of a few', () => {
    const few: Pair = { metric: 'log-probability', baseline: [1, 2, 3], scores: [2, 3, 4] };
    expect(judge([few], by, 0)).toEqual([null]);
    expect(meanScore('log-probability', [1, 2, 3], by, 0)).toEqual({ value: 2, interval: null });
  });
});

/** Log-probabilities of 60 references; the first condition adds `effect` nats on the average. */
function meansRun(seed: number, effect: number): Pair[] {
  const random = new Random(11, seed);
  // Skewed, as surprise is.
  const noise = (): number => -Math.log((random.below(1e6) + 1) / 1e6);
  const baseline = Array.from({ length: 60 }, () => -10 * noise());
  return Array.from({ length: 4 }, (_, condition) => ({
    metric: 'log-probability',
    baseline,
    scores: baseline.map((before) => before + noise() - noise() + (condition === 0 ? effect : 0)),
  }));
}

describe('bootstrapMean', () => {
  // extra sleep, group 2 minus group 1, of Student 1908 (R's sleep), twice over: 20 values.
  // R 4.2.2: t.test(rep(d, 2)): 95% interval 1.020 to 2.140, p = 1.1e-05.
  it("agrees with Student's t on Student's data", () => {
    const extra = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    const bootstrap = bootstrapMean([...extra, ...extra], 1);
    expect(bootstrap?.mean).toBeCloseTo(1.58, 12);
    const [from, to] = bootstrap?.interval(0.95) ?? [0, 0];
    expect(from).toBeGreaterThan(0.8);
    expect(from).toBeLessThan(1.1);
    expect(to).toBeGreaterThan(2.05);
    expect(to).toBeLessThan(2.4);
    expect(bootstrap?.pValue).toBeLessThan(0.01);
  });

  it('draws the same for the same seed, and needs 20 values', () => {
    const values = Array.from({ length: 30 }, (_, index) => Math.sin(index));
    expect(bootstrapMean(values, 3)?.pValue).toBe(bootstrapMean(values, 3)?.pValue);
    expect(bootstrapMean(values, 3)?.interval(0.95)).not.toEqual(bootstrapMean(values, 4)?.interval(0.95));
    expect(bootstrapMean(values.slice(0, 19), 3)).toBeNull();
  });
});
