// Ranks what a reference, read before the document, does not explain: passages of prose, changes in a log.

import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import { Digest, lengthWeight } from '../digest.js';
import { ReferenceLog, type ComparedLog } from '../logs/log-comparison.js';
import { SurpriseSpread } from '../surprise-spread.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import { type ReadSpan, type Reading } from '../reading.js';
import { countWords } from '../cutting/sentences.js';
import { TemplateMiner } from '../logs/templates.js';
import { termsOf, TermStatistics } from '../words/terms.js';

const usualCount = 10;

/** What a reference leaves behind: its log, or its terms and how surprising it was. Constant memory. */
export class Reference {
  readonly miner = new TemplateMiner();
  readonly log = new ReferenceLog();
  readonly spread = new SurpriseSpread();
  readonly terms = new TermStatistics();

  constructor(readonly document: DocumentLabel) {}

  /** Nats that the reference leaves to explain of a passage's terms. */
  unexplained({ text }: ReadSpan, natsPerToken: number): number {
    const nats = this.terms.strangeness(termsOf(text));
    return (nats + this.spread.deviation(natsPerToken)) * lengthWeight(countWords(text));
  }
}

/** Reads a reference; reports nothing. Its log is told to the reading. */
export function referenceObserver(reading: Reading, reference: Reference): Observer {
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): RunEvent[] => {
    for (const { span, nats, tokens } of spans) {
      if (span.template !== undefined) continue;
      reference.spread.add(nats / tokens);
      reference.terms.add(termsOf(span.text));
    }
    return [];
  };
  return observerOf(reading, {
    observe: (scores, ends) => add(reading.observe(scores, ends)),
    finish: () => add(reading.finish()),
  });
}

/** What the reference explains least comes at the end, first the least explained. `log`: told by the reading. */
export function noveltyObserver(
  reading: Reading,
  { reference, log }: { readonly reference: Reference; readonly log: ComparedLog },
  document: DocumentLabel,
  top = usualCount,
): Observer {
  const digest = new Digest<ReadSpan>();
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): RunEvent[] => {
    for (const { span, nats, tokens } of spans) {
      if (span.template !== undefined) continue;
      const unexplained = reference.unexplained(span, nats / tokens);
      digest.add(span, nats / tokens, () => unexplained);
    }
    return [];
  };
  return observerOf(reading, {
    observe: (scores, ends) => add(reading.observe(scores, ends)),
    async *finish(): AsyncGenerator<RunEvent> {
      add(reading.finish());
      for (const { span, score } of digest.choose(top).sort((a, b) => b.score - a.score)) {
        yield { event: 'passage', document, text: span.text, lines: span.lines, score, count: 1 };
      }
      for (const finding of (await log.findings()).slice(0, top)) {
        const source = finding.comparison.kind === 'gone' ? reference.document : document;
        yield { event: 'passage', document: source, ...finding };
      }
    },
  });
}
