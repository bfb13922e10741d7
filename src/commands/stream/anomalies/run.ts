// unspool stream --anomalies: lines that stand out, as they are found; or what a reference does not explain.

import type { Document } from '../../../engine/document.js';
import type { DocumentLabel } from '../../../engine/events/events.js';
import { LogAnomalies } from '../../../memory/logs/log-anomalies.js';
import { ComparedLog } from '../../../memory/logs/log-comparison.js';
import { anomalyObserver } from '../../../memory/observers/anomaly-observer.js';
import { TemplateMiner } from '../../../memory/logs/templates.js';
import { noveltyObserver, Reference, referenceObserver } from '../../../memory/observers/novelty-observer.js';
import { Reading } from '../../../memory/reading.js';
import type { InputSource } from '../../options/reading.js';
import type { DigestRequest } from '../digest/run.js';
import type { PreparedDocument, RollingTask } from '../rolling.js';

export interface AnomaliesRequest extends DigestRequest {
  /** Read first; then what it does not explain is ranked. */
  readonly reference: InputSource | undefined;
  /** Tell the score of every record. */
  readonly tellsScores: boolean;
}

export function anomaliesTask(request: AnomaliesRequest): RollingTask {
  const { reference: source, as, all, signals, tellsScores } = request;
  if (source !== undefined) return comparingTask(source, request);
  return {
    prepare(document, { label }) {
      const miner = new TemplateMiner({ countsValues: true });
      const watch = new LogAnomalies(miner, { document: label, signals, tellsScores });
      const reading = new Reading(document, { as, all, byLine: true, miner, watch });
      return { document: reading.document, observer: anomalyObserver(reading, watch, label) };
    },
  };
}

function comparingTask(source: InputSource, { top, as, all }: AnomaliesRequest): RollingTask {
  let reference: Reference | undefined;
  const prepare = (document: Document, label: DocumentLabel): PreparedDocument => {
    if (reference === undefined) {
      reference = new Reference(label);
      const reading = new Reading(document, { as, all, byLine: false, miner: reference.miner, watch: reference.log });
      return { document: reading.document, observer: referenceObserver(reading, reference) };
    }
    const log = new ComparedLog(reference.log);
    const reading = new Reading(document, { as, all, byLine: false, miner: reference.miner, watch: log });
    return { document: reading.document, observer: noveltyObserver(reading, { reference, log }, label, top) };
  };
  return { reference: source, prepare: (document, { label }) => prepare(document, label) };
}
