// A chart of how surprising the tokens of a text are.

import { groupDigits } from '../format.js';
import type { Chart } from './chart.js';
import { muted, seriesColors } from './palette.js';

const binNats = 0.5;
/** The last bin holds all from here up. */
const lastBin = 15;

/** Counts tokens by surprise, in bins of half a nat. Constant memory. */
export class TokenHistogram {
  readonly #counts = new Array<number>(lastBin / binNats + 1).fill(0);
  #tokens = 0;
  #nats = 0;

  add(nats: number): void {
    const bin = Math.min(this.#counts.length - 1, Math.floor(nats / binNats));
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#tokens += 1;
    this.#nats += nats;
  }

  chart(): Chart | undefined {
    const tokens = this.#tokens;
    if (tokens === 0) return undefined;
    const mean = this.#nats / tokens;
    const values = this.#counts.map((count, bin) => ({
      from: bin * binNats,
      to: (bin + 1) * binNats,
      share: count / tokens,
    }));
    return {
      name: 'token-surprise',
      title: 'How surprising the tokens are',
      caption: `Share of the ${groupDigits(tokens)} scored tokens in each half nat of surprise; the last bar holds all from ${lastBin} nats up. The line marks the mean.`,
      height: 280,
      marks: () => ({
        data: { values },
        layer: [
          {
            mark: { type: 'bar', color: seriesColors[0] ?? muted, xOffset: 0.5, x2Offset: -0.5 },
            encoding: {
              x: {
                field: 'from',
                type: 'quantitative',
                scale: { nice: false },
                axis: { title: 'surprise of a token, nats', tickCount: 8 },
              },
              x2: { field: 'to' },
              y: {
                field: 'share',
                type: 'quantitative',
                axis: { title: 'share of tokens', format: '~%', tickCount: 5, minExtent: 36, maxExtent: 36 },
              },
              y2: { datum: 0 },
            },
          },
          {
            data: { values: [{}] },
            mark: { type: 'rule', color: seriesColors[1] ?? muted, strokeWidth: 1.75 },
            encoding: { x: { datum: mean } },
          },
          {
            data: { values: [{}] },
            mark: {
              type: 'text',
              align: 'left',
              dx: 6,
              dy: 8,
              baseline: 'top',
              fontSize: 12,
              color: seriesColors[1] ?? muted,
            },
            encoding: { x: { datum: mean }, y: { value: 0 }, text: { value: `mean ${mean.toFixed(2)}` } },
          },
        ],
      }),
    };
  }
}
