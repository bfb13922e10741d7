// How unusual a line is: by its template's rarity, and by what the model did not expect in it. In nats.

import type { Template, TemplateMiner } from './templates.js';

/** Nats for each standard deviation of surprise above the mean. */
const surpriseWeight = 1;

/**
 * How unusual a template is whose `count`-th line is line `line` of its document: -ln of the share of such lines, in
 * nats. Half a line is taken off (Krichevsky and Trofimov 1981), so that a new template is told from one seen before.
 */
export function templateNats(count: number, line: number): number {
  return -Math.log((count - 0.5) / line);
}

/** The spread of surprise as data. */
export interface SurpriseDistribution {
  readonly lines: number;
  readonly mean: number;
  readonly squares: number;
}

/** The spread of surprise over the lines that were decoded, and scores by it. */
export class LineScores {
  readonly #miner: TemplateMiner;
  #lines: number;
  #mean: number;
  #squares: number;

  constructor(
    miner: TemplateMiner,
    { lines, mean, squares }: SurpriseDistribution = { lines: 0, mean: 0, squares: 0 },
  ) {
    this.#miner = miner;
    this.#lines = lines;
    this.#mean = mean;
    this.#squares = squares;
  }

  state(): SurpriseDistribution {
    return { lines: this.#lines, mean: this.#mean, squares: this.#squares };
  }

  add(natsPerToken: number): void {
    this.#lines += 1;
    const deviation = natsPerToken - this.#mean;
    this.#mean += deviation / this.#lines;
    this.#squares += deviation * (natsPerToken - this.#mean);
  }

  /** How much more surprising than the mean, in standard deviations. */
  deviation(natsPerToken: number): number {
    const spread = Math.sqrt(this.#squares / Math.max(1, this.#lines));
    return spread > 0 ? (natsPerToken - this.#mean) / spread : 0;
  }

  /** From all that is known by now: the rarity of the line's template in the document, and its surprise. */
  rarity(template: Template, natsPerToken: number): number {
    return this.unusual(templateNats(template.lines, this.#miner.lines), natsPerToken);
  }

  /** `templateNats`: how unusual the template is. */
  unusual(templateNats: number, natsPerToken: number): number {
    return templateNats + surpriseWeight * this.deviation(natsPerToken);
  }
}
