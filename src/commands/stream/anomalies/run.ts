// unspool stream --anomalies: lines that stand out, as they are found; or what a reference does not explain.

import { anomalyObserver } from '../../../memory/observers/anomaly-observer.js';
import { noveltyObserver, Reference, referenceObserver } from '../../../memory/observers/novelty-observer.js';
import { Reading } from '../../../memory/reading.js';
import type { InputSource } from '../../options/reading.js';
import type { DigestRequest } from '../digest/run.js';
import type { RollingTask } from '../rolling.js';

export interface AnomaliesRequest extends DigestRequest {
  /** Read first; then what it does not explain is ranked. */
  readonly reference: InputSource | undefined;
}

export function anomaliesTask({ reference: source, top, as, all }: AnomaliesRequest): RollingTask {
  const reference = source === undefined ? undefined : new Reference();
  return {
    reference: source,
    prepare(document, { label }) {
      const byLine = reference === undefined;
      const reading = new Reading(document, { as, all, byLine, miner: reference?.miner, known: undefined });
      const observer =
        reference === undefined
          ? anomalyObserver(reading, label)
          : label.index === 0
            ? referenceObserver(reading, reference)
            : noveltyObserver(reading, reference, label, top);
      return { document: reading.document, observer };
    },
  };
}
