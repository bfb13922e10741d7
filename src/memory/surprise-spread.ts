// How surprising lines or records are to the model, and how far one is from the mean of all.

/** A spread as data. */
export interface SpreadState {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

export class SurpriseSpread {
  #count: number;
  #mean: number;
  #squares: number;

  constructor({ count, mean, squares }: SpreadState = { count: 0, mean: 0, squares: 0 }) {
    this.#count = count;
    this.#mean = mean;
    this.#squares = squares;
  }

  state(): SpreadState {
    return { count: this.#count, mean: this.#mean, squares: this.#squares };
  }

  /** Mean and squares are kept up after Welford (1962). */
  add(natsPerToken: number): void {
    this.#count += 1;
    const deviation = natsPerToken - this.#mean;
    this.#mean += deviation / this.#count;
    this.#squares += deviation * (natsPerToken - this.#mean);
  }

  /** How much more surprising than the mean, in standard deviations; 0 where all are alike. */
  deviation(natsPerToken: number): number {
    const spread = Math.sqrt(this.#squares / Math.max(1, this.#count));
    return spread > 0 ? (natsPerToken - this.#mean) / spread : 0;
  }
}
