// unspool stream --anomalies: lines that stand out, as they are found; or what a reference does not explain.

import { LogAnomalies } from '../../../memory/logs/log-anomalies.js';
import { anomalyObserver } from '../../../memory/observers/anomaly-observer.js';
import { logMiner, Reading } from '../../../memory/reading.js';
import type { InputSource } from '../../options/reading.js';
import type { DigestRequest } from '../digest/run.js';
import type { RollingTask } from '../rolling.js';

export interface AnomaliesRequest extends DigestRequest {
  /** Read first; then what it does not explain is ranked. */
  readonly reference: InputSource | undefined;
  /** Tell the score of every record. */
  readonly tellsScores: boolean;
}

export function anomaliesTask({ as, all, signals, tellsScores }: AnomaliesRequest): RollingTask {
  return {
    prepare(document, { label }) {
      const miner = logMiner();
      const watch = new LogAnomalies(miner, { document: label, signals, tellsScores });
      const reading = new Reading(document, { as, all, byLine: true, miner, watch });
      return { document: reading.document, observer: anomalyObserver(reading, watch, label) };
    },
  };
}
