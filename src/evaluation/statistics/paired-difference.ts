// Whether one series of batch means is lower than another over the same text.

import type { PairedDifference } from '../../engine/events/events.js';
import { holmAdjusted } from './holm.js';
import { RunningMean } from './running-mean.js';
import { twoSidedPValue } from './student-t.js';

/** Mean nats per token of consecutive batches of a text. */
export type BatchMeanSeries = ArrayLike<number>;

/** A mean difference, tested against 0 by the paired t-test: Student's t with `batches` - 1 degrees of freedom. */
export interface MeanDifference {
  /** Of the series minus the reference: negative where the series is better. */
  readonly natsPerToken: number;
  readonly standardError: number;
  /** Batches that both have, from the start. */
  readonly batches: number;
  readonly degreesOfFreedom: number;
  /** Two-sided, of this comparison alone. */
  readonly pValue: number;
}

/** The chance of a false verdict among the comparisons of a document. */
const significance = 0.05;

/**
 * The mean difference of two series over the same batches; where one is longer, over what both have. Pairing removes
 * what the text itself contributes; batches, unlike tokens, hardly depend on each other. Null under `fewestBatches`.
 */
export async function pairedDifference(
  series: BatchMeanSeries,
  reference: BatchMeanSeries,
): Promise<MeanDifference | null> {
  const difference = new RunningMean();
  for (let batch = 0; batch < Math.min(series.length, reference.length); batch++) {
    difference.add((series[batch] ?? NaN) - (reference[batch] ?? NaN));
  }
  const { mean, count, standardError } = difference;
  if (standardError === null) return null;
  // Two policies that never evicted give the same scores: no difference, and no spread.
  const t = mean === 0 ? 0 : mean / standardError;
  const degreesOfFreedom = count - 1;
  const pValue = await twoSidedPValue(t, degreesOfFreedom);
  return { natsPerToken: mean, standardError, batches: count, degreesOfFreedom, pValue };
}

/** Each series but the first against the first, in order, with Holm-adjusted p-values; null as above. */
export async function differencesFromFirst(series: readonly BatchMeanSeries[]): Promise<(PairedDifference | null)[]> {
  const [reference, ...others] = series;
  if (reference === undefined) return [];
  const differences = await Promise.all(others.map((other) => pairedDifference(other, reference)));
  const adjusted = holmAdjusted(differences.flatMap((difference) => difference?.pValue ?? []));
  return differences.map((difference) => {
    if (difference === null) return null;
    const { natsPerToken, standardError, batches } = difference;
    const pValue = adjusted.shift() ?? 1;
    return { natsPerToken, standardError, batches, pValue, verdict: verdict(natsPerToken, pValue) };
  });
}

/** Lower surprise is better. */
function verdict(natsPerToken: number, adjustedPValue: number): PairedDifference['verdict'] {
  if (adjustedPValue > significance) return 'no evidence';
  return natsPerToken < 0 ? 'better' : 'worse';
}
