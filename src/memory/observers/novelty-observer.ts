// Ranks what a reference, read before the document, does not explain: passages of prose, changes in a log.

import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import { lengthWeight } from '../digest.js';
import { ReferenceLog, type ComparedLog } from '../logs/log-comparison.js';
import { passageEvents } from './passage-events.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import { RankedPassages } from '../ranked-passages.js';
import type { ReadSpan, Reading } from '../reading.js';
import { countWords } from '../cutting/sentences.js';
import { TemplateMiner } from '../logs/templates.js';
import { termsOf, TermStatistics } from '../words/terms.js';

const usualCount = 10;

/** What a reference leaves behind: its log, or its terms. Constant memory. */
export class Reference {
  readonly miner = new TemplateMiner();
  readonly log = new ReferenceLog();
  readonly terms = new TermStatistics();

  constructor(readonly document: DocumentLabel) {}

  /** Nats that the reference leaves to explain of a passage's terms. */
  unexplained({ text }: ReadSpan): number {
    return this.terms.strangeness(termsOf(text)) * lengthWeight(countWords(text));
  }
}

/** Reads a reference; reports nothing. Its log is told to the reading. */
export function referenceObserver(reading: Reading, reference: Reference): Observer {
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): RunEvent[] => {
    for (const { span } of spans) if (span.template === undefined) reference.terms.add(termsOf(span.text));
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
  const passages = new RankedPassages<ReadSpan>();
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): RunEvent[] => {
    for (const { span } of spans) if (span.isProse === true) passages.add(span, reference.unexplained(span));
    return [];
  };
  return observerOf(reading, {
    observe: (scores, ends) => add(reading.observe(scores, ends)),
    async *finish(): AsyncGenerator<RunEvent> {
      add(reading.finish());
      yield* passageEvents(
        document,
        passages.choose(top).sort((a, b) => b.score - a.score),
      );
      for (const finding of (await log.findings()).slice(0, top)) {
        const source = finding.comparison.kind === 'gone' ? reference.document : document;
        yield { event: 'passage', document: source, ...finding };
      }
    },
  });
}
