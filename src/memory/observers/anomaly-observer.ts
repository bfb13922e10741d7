// Reports lines that stand out while a document streams.

import type { Anomaly, DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import { LineScores } from '../logs/line-scores.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import type { ReadSpan, Reading } from '../reading.js';
import { RollingQuantile } from '../logs/rolling-quantile.js';

/** One line in so many stands out. */
const oneLineIn = 1000;
/** Before so many lines, everything is new. */
const fewestLines = 100;
/** Anomalies that are no further apart belong to one burst. */
const longestGap = 3;

/** Anomalies come when their burst is over, or when the document pauses. */
export function anomalyObserver(reading: Reading, document: DocumentLabel): Observer {
  const scores = new LineScores(reading.miner);
  const quantile = new RollingQuantile();
  let burst: Anomaly | undefined;

  function* flush(): Generator<RunEvent> {
    if (burst !== undefined) yield burst;
    burst = undefined;
  }

  function* add(spans: readonly ScoredSpan<ReadSpan>[]): Generator<RunEvent> {
    for (const { span, nats, tokens } of spans) {
      const natsPerToken = nats / tokens;
      const [line] = span.lines;
      const score = scores.unusual(span.templateNats, natsPerToken);
      const threshold = quantile.at(Math.max(1, line / oneLineIn));
      scores.add(natsPerToken);
      quantile.add(score);
      yield { event: 'line-surprise', document, line, nats, tokens, score };
      if (burst !== undefined && line - burst.lines[1] > longestGap) yield* flush();
      if (line <= fewestLines || score <= threshold) continue;
      const anomaly = { text: span.text, line, natsPerToken, score, threshold };
      burst =
        burst === undefined
          ? { event: 'anomaly', document, lines: [line, line], count: 1, ...anomaly }
          : { ...burst, lines: [burst.lines[0], line], count: burst.count + 1, ...(score > burst.score && anomaly) };
    }
  }

  return observerOf(reading, {
    observe: (values, ends) => add(reading.observe(values, ends)),
    pause: flush,
    *finish() {
      yield* add(reading.finish());
      yield* flush();
    },
  });
}
