// Means of values that are distributed in any way: intervals and a test by drawing the same values again.

import type { Interval } from './proportions.js';
import { Random } from './random.js';

/** Under so many values, drawing them again says too little about what others would be. */
export const fewestValues = 20;

/** A mean with what the bootstrap says of it. */
export interface BootstrapMean {
  readonly mean: number;
  /** Two-sided p-value of a mean of 0. */
  readonly pValue: number;
  /** At the level asked for. */
  interval(level: number): Interval;
}

/**
 * The studentised bootstrap, symmetrical (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", 12.5): how far
 * means of values drawn again are from the mean, in standard errors of their own. Null under 20 values. The same seed
 * draws the same.
 */
export function bootstrapMean(values: ArrayLike<number>, seed: number): BootstrapMean | null {
  const { length } = values;
  if (length < fewestValues) return null;
  const sample = Float64Array.from(values);
  const mean = meanOf(sample);
  const deviation = standardDeviation(sample);
  const standardError = deviation / Math.sqrt(length);
  if (deviation === 0) {
    return { mean, pValue: mean === 0 ? 1 : 0, interval: () => [mean, mean] };
  }
  const random = new Random(seed);
  const distances = Float64Array.from({ length: drawsFor(length) }, () => {
    let sum = 0;
    let squares = 0;
    for (let count = 0; count < length; count += 1) {
      const value = (sample[random.below(length)] ?? 0) - mean;
      sum += value;
      squares += value * value;
    }
    const variance = (squares - (sum * sum) / length) / (length - 1);
    return variance <= 0 ? Infinity : Math.abs(sum / length) / Math.sqrt(variance / length);
  }).sort();
  const observed = Math.abs(mean) / standardError;
  const further = distances.length - firstAtLeast(distances, observed);
  return {
    mean,
    pValue: (further + 1) / (distances.length + 1),
    interval(level) {
      const half =
        (distances[Math.min(distances.length - 1, Math.ceil(level * distances.length))] ?? 0) * standardError;
      return [mean - half, mean + half];
    },
  };
}

/** Enough for the far quantiles of a family of comparisons; of many values, fewer, which take as long. */
function drawsFor(length: number): number {
  return Math.max(2000, Math.min(10_000, Math.floor(2e7 / length)));
}

export function standardDeviation(values: ArrayLike<number>): number {
  const sample = Float64Array.from(values);
  const mean = meanOf(sample);
  return Math.sqrt(sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sample.length - 1));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Index of the first value of an ascending list that is at least `least`. */
function firstAtLeast(ascending: Float64Array, least: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
