// The mean of a series and its standard error, in constant memory.

import { fewestBatches } from '../../engine/surprise.js';

/** Welford's update (1962, "Note on a Method for Calculating Corrected Sums of Squares and Products"). */
export class RunningMean {
  count = 0;
  mean = 0;
  /** Sum of squared deviations from the mean. */
  #squares = 0;

  add(value: number): void {
    this.count += 1;
    const deviation = value - this.mean;
    this.mean += deviation / this.count;
    this.#squares += deviation * (value - this.mean);
  }

  /** Of the mean, taking the values to be independent; null under `fewestBatches` values. */
  get standardError(): number | null {
    if (this.count < fewestBatches) return null;
    return Math.sqrt(this.#squares / (this.count - 1) / this.count);
  }
}
