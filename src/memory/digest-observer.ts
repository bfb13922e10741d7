// Makes a digest of a document while it streams.

import type { DocumentLabel, RunEvent } from '../engine/events.js';
import type { Observer } from '../engine/observer.js';
import { Digest } from './digest.js';
import { LineScores } from './line-scores.js';
import { observerOf } from './observing.js';
import type { ScoredSpan } from './passages.js';
import type { ReadSpan, Reading } from './reading.js';

/** Passages come at the end, in document order. `top`: how many; undefined for as many as suit the length. */
export function digestObserver(reading: Reading, document: DocumentLabel, top: number | undefined): Observer {
  const digest = new Digest<ReadSpan>();
  const lines = new LineScores(reading.miner);
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): void => {
    for (const scored of spans) {
      const { span, nats, tokens } = scored;
      const natsPerToken = nats / tokens;
      const { template } = span;
      lines.add(natsPerToken);
      if (template === undefined) digest.add(span, natsPerToken);
      else if (span.isFirst) digest.add(span, natsPerToken, () => lines.rarity(template, natsPerToken));
    }
  };
  const usualCount = (): number => {
    if (reading.kind !== 'log') return digest.usualCount;
    return Math.max(5, Math.min(20, Math.round(2 * Math.log10(reading.miner.lines))));
  };
  return observerOf(reading, {
    observe(scores, ends) {
      add(reading.observe(scores, ends));
      return [];
    },
    *finish(): Generator<RunEvent> {
      add(reading.finish());
      for (const { span, score } of digest.choose(top ?? usualCount())) {
        const count = span.template?.lines ?? 1;
        yield { event: 'passage', document, text: span.text, lines: span.lines, score, count };
      }
    },
  });
}
