// Which scores stand out while they come: those that only one line in 1,000 has reached so far.

import { RollingQuantile } from './rolling-quantile.js';

const oneLineIn = 1000;
/** Before so many lines, everything is new. */
const fewestLines = 100;

export class StandOut {
  readonly #quantile = new RollingQuantile();

  /** Takes the score of a line, 1-based; `threshold` is that of the scores before it. */
  take(line: number, score: number): { readonly threshold: number; readonly standsOut: boolean } {
    // What is below the mean stands out from nothing.
    const threshold = Math.max(0, this.#quantile.at(Math.max(1, line / oneLineIn)));
    this.#quantile.add(score);
    return { threshold, standsOut: line > fewestLines && score > threshold };
  }
}
