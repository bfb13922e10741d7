// Which lines of prose stand out, by what the model did not expect in them.

import type { Anomaly, DocumentLabel } from '../../engine/events/events.js';
import type { Span } from '../cutting/span-scores.js';
import { StandOut } from '../stand-out.js';
import { SurpriseSpread } from '../surprise-spread.js';

export class LineAnomalies {
  readonly #document: DocumentLabel;
  readonly #spread = new SurpriseSpread();
  readonly #standOut = new StandOut();

  constructor(document: DocumentLabel) {
    this.#document = document;
  }

  /** The line's score, in standard deviations of surprise, and the line itself where it stands out. */
  take({ text, lines }: Span, natsPerToken: number): { readonly score: number; readonly anomaly?: Anomaly } {
    const [line] = lines;
    const score = this.#spread.deviation(natsPerToken);
    const { threshold, standsOut } = this.#standOut.take(line, score);
    this.#spread.add(natsPerToken);
    if (!standsOut) return { score };
    const document = this.#document;
    return {
      score,
      anomaly: { event: 'anomaly', document, text, line, lines, count: 1, natsPerToken, score, threshold },
    };
  }
}
