// Reports what stands out while a document streams: lines of prose that the model did not expect, records of a log.

import type { Anomaly, DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import type { LogAnomalies } from '../logs/log-anomalies.js';
import { LineAnomalies } from './line-anomalies.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import type { ReadSpan, Reading } from '../reading.js';

/** Anomalies that are no further apart belong to one burst. */
const longestGap = 3;

/** Anomalies come when their burst is over, or when the document pauses. `log` sees the reading's records. */
export function anomalyObserver(reading: Reading, log: LogAnomalies, document: DocumentLabel): Observer {
  const prose = new LineAnomalies(document);
  let burst: Anomaly | undefined;

  function* flush(): Generator<RunEvent> {
    if (burst !== undefined) yield burst;
    burst = undefined;
  }

  function* add(spans: readonly ScoredSpan<ReadSpan>[]): Generator<RunEvent> {
    for (const { span, nats, tokens } of spans) {
      const line = span.lines[0];
      const natsPerToken = nats / tokens;
      const anomalies = span.template === undefined ? prose : log;
      const { score, anomaly } = anomalies.take(span, natsPerToken);
      yield { event: 'line-surprise', document, line, nats, tokens, score };
      if (burst !== undefined && line - burst.lines[1] > longestGap) yield* flush();
      if (anomaly === undefined) continue;
      burst = burst === undefined ? anomaly : joined(burst, anomaly);
    }
    yield* log.takeScores();
  }

  return observerOf(reading, {
    observe: (values, ends) => add(reading.observe(values, ends)),
    *pause() {
      yield* log.takeScores();
      yield* flush();
    },
    *finish() {
      yield* add(reading.finish());
      yield* flush();
    },
  });
}

/** The more striking one tells of both. */
function joined(burst: Anomaly, anomaly: Anomaly): Anomaly {
  const told = anomaly.score > burst.score ? anomaly : burst;
  return { ...told, lines: [burst.lines[0], anomaly.lines[1]], count: burst.count + 1 };
}
