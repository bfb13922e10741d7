// Whether conditions differ from the one without pauses: tests and intervals that hold for all of them together.

import type { ConditionDifference, Metric } from '../../engine/events/events.js';
import { bootstrapMean, fewestValues, standardDeviation } from './bootstrap.js';
import { holmAdjusted } from './holm.js';
import {
  detectableDifference,
  mcNemarPValue,
  newcombeInterval,
  usualPower,
  wilsonInterval,
  type Distributions,
  type Interval,
  type PairedCounts,
} from './proportions.js';

/** A condition and the one without pauses, on the same examples in the same order. */
export interface Pair {
  readonly metric: Metric;
  /** 1 for right and 0 for wrong, or log-probabilities. */
  readonly baseline: readonly number[];
  readonly scores: readonly number[];
}

export type Judgement = Omit<ConditionDifference, 'detectable'>;

/** The chance of any wrong "helps" or "hurts" in a run. */
export const significance = 0.05;

/** Each condition against its own baseline, corrected for all of them. Null where there are too few examples. */
export function judge(pairs: readonly Pair[], by: Distributions, seed: number): (Judgement | null)[] {
  const share = significance / Math.max(1, pairs.length);
  const single = pairs.map((pair, index) =>
    pair.metric === 'accuracy' ? ofShares(pair, share, by) : ofMeans(pair, share, seed + index),
  );
  const adjusted = holmAdjusted(single.map((each) => each?.pValue ?? 1));
  return single.map((each, index) => {
    if (each === null) return null;
    const pValue = adjusted[index] ?? 1;
    return { ...each, level: 1 - share, pValue, verdict: verdictOf(each.interval, pValue) };
  });
}

/** Both the test and the interval must say so. */
function verdictOf([from, to]: Interval, adjustedPValue: number): Judgement['verdict'] {
  if (adjustedPValue >= significance) return 'no evidence';
  if (from > 0) return 'helps';
  return to < 0 ? 'hurts' : 'no evidence';
}

type Single = Omit<Judgement, 'level' | 'verdict'>;

function ofShares({ baseline, scores }: Pair, share: number, by: Distributions): Single | null {
  const counts = pairedCounts(baseline, scores);
  const examples = baseline.length;
  if (examples === 0) return null;
  return {
    value: (counts.second - counts.first) / examples,
    interval: newcombeInterval(counts, 1 - share, by),
    pValue: mcNemarPValue(counts, by),
    better: counts.second,
    worse: counts.first,
  };
}

/** `first`: right without pauses only. */
export function pairedCounts(baseline: readonly number[], scores: readonly number[]): PairedCounts {
  const counts = { both: 0, first: 0, second: 0, neither: 0 };
  for (const [index, before] of baseline.entries()) {
    const after = scores[index] ?? 0;
    if (before === after) counts[before === 1 ? 'both' : 'neither'] += 1;
    else counts[before === 1 ? 'first' : 'second'] += 1;
  }
  return counts;
}

function ofMeans({ baseline, scores }: Pair, share: number, seed: number): Single | null {
  const differences = differencesOf({ baseline, scores });
  const bootstrap = bootstrapMean(differences, seed);
  if (bootstrap === null) return null;
  return {
    value: bootstrap.mean,
    interval: bootstrap.interval(1 - share),
    pValue: bootstrap.pValue,
    better: differences.filter((difference) => difference > 0).length,
    worse: differences.filter((difference) => difference < 0).length,
  };
}

function differencesOf({ baseline, scores }: Pick<Pair, 'baseline' | 'scores'>): number[] {
  return baseline.map((before, index) => (scores[index] ?? Number.NaN) - before);
}

/**
 * The smallest difference that a run of so many `comparisons` finds with a chance of 80%, given how many of the examples
 * differ, or how much; null where there is none.
 */
export function detectable(pair: Pair, comparisons: number, by: Distributions): number | null {
  const share = significance / comparisons;
  const examples = pair.baseline.length;
  if (pair.metric === 'accuracy') {
    const { first, second } = pairedCounts(pair.baseline, pair.scores);
    return detectableDifference(examples, examples === 0 ? 0 : (first + second) / examples, share, by);
  }
  const deviation = standardDeviation(differencesOf(pair));
  if (examples < fewestValues || deviation === 0) return null;
  const quantiles = by.normalQuantile(1 - share / 2) + by.normalQuantile(usualPower);
  return (quantiles * deviation) / Math.sqrt(examples);
}

/** A mean score with its own 95% interval; the interval is null where there are too few examples. */
export function meanScore(
  metric: Metric,
  scores: readonly number[],
  by: Distributions,
  seed: number,
): { readonly value: number; readonly interval: Interval | null } {
  const sum = scores.reduce((total, score) => total + score, 0);
  const value = sum / scores.length;
  if (metric === 'accuracy') return { value, interval: wilsonInterval(sum, scores.length, 0.95, by) };
  return {
    value,
    interval: scores.length < fewestValues ? null : (bootstrapMean(scores, seed)?.interval(0.95) ?? null),
  };
}
