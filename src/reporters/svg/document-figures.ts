// What a run found out about one document, and the charts that show it.

import type { AttentionHead, ComparisonRow, HorizonRow, RunEvent, SurprisingLine } from '../../engine/events/events.js';
import { sharesByLayer, sinkShares } from './attention.js';
import type { Chart } from './chart.js';
import { gainPerDoubling, surpriseByContext } from './horizon.js';
import { differencesToFirst, perplexityByPosition } from './policies.js';
import { TokenHistogram } from './token-histogram.js';

/** Bounded by what a task reports, not by the length of the document. */
export class DocumentFigures {
  readonly comparison: ComparisonRow[] = [];
  readonly horizon: HorizonRow[] = [];
  readonly heads: AttentionHead[] = [];
  readonly lines: SurprisingLine[] = [];
  readonly histogram = new TokenHistogram();

  add(event: RunEvent): void {
    switch (event.event) {
      case 'comparison-row':
        this.comparison.push(event);
        break;
      case 'horizon-row':
        this.horizon.push(event);
        break;
      case 'attention-head':
        this.heads.push(event);
        break;
      case 'surprising-line':
        this.lines.push(event);
        break;
      case 'scored-text':
        for (const { nats } of event.pieces) if (nats !== null) this.histogram.add(nats);
        break;
      default:
        break;
    }
  }

  /** Only those that have something to show. */
  charts(): Chart[] {
    return [
      perplexityByPosition(this.comparison),
      differencesToFirst(this.comparison),
      surpriseByContext(this.horizon),
      gainPerDoubling(this.horizon),
      sinkShares(this.heads),
      sharesByLayer(this.heads),
      this.histogram.chart(),
    ].filter((chart) => chart !== undefined);
  }
}
