// Ranks the passages of a document by how little a reference, read before it, explains them.

import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import { lengthWeight } from '../digest.js';
import { LineScores, templateNats } from '../logs/line-scores.js';
import { passageEvents } from './passage-events.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import { RankedPassages } from '../ranked-passages.js';
import type { ReadSpan, Reading } from '../reading.js';
import { TemplateMiner, type Template } from '../logs/templates.js';
import { countWords } from '../cutting/sentences.js';
import { termsOf, TermStatistics } from '../words/terms.js';

const usualCount = 10;

/** What a reference leaves behind: its templates, its terms, and how surprising it was. Constant memory. */
export class Reference {
  readonly miner = new TemplateMiner();
  readonly scores = new LineScores(this.miner);
  readonly terms = new TermStatistics();
  #lines = 0;
  #counts = new Map<Template, number>();

  /** From here on, what is read is not the reference any more. */
  close(): void {
    this.#lines = this.miner.lines;
    this.#counts = new Map(Array.from(this.miner.values(), (template) => [template, template.lines]));
  }

  /** Nats that the reference leaves to explain: of the line's template, or of the terms of a passage of prose. */
  unexplained({ text, template }: ReadSpan, natsPerToken: number): number {
    if (template === undefined) return this.terms.strangeness(termsOf(text)) * lengthWeight(countWords(text));
    const nats = templateNats((this.#counts.get(template) ?? 0) + 1, this.#lines + 1);
    return this.scores.unusual(nats, natsPerToken);
  }

  /** How many lines of what came after the reference have this template; 1 for prose. */
  linesSince(template: Template | undefined): number {
    return template === undefined ? 1 : template.lines - (this.#counts.get(template) ?? 0);
  }
}

/** Reads a reference; reports nothing. */
export function referenceObserver(reading: Reading, reference: Reference): Observer {
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): RunEvent[] => {
    for (const { span, nats, tokens } of spans) {
      reference.scores.add(nats / tokens);
      if (span.template === undefined) reference.terms.add(termsOf(span.text));
    }
    return [];
  };
  return observerOf(reading, {
    observe: (scores, ends) => add(reading.observe(scores, ends)),
    finish: () => {
      const rest = add(reading.finish());
      reference.close();
      return rest;
    },
  });
}

/** The least explained passages come at the end, first the least explained. A log's template comes once. */
export function noveltyObserver(
  reading: Reading,
  reference: Reference,
  document: DocumentLabel,
  top = usualCount,
): Observer {
  const passages = new RankedPassages<ReadSpan>();
  /** As many as the miner keeps, at most. */
  const reported = new Set<Template>();
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): RunEvent[] => {
    for (const { span, nats, tokens } of spans) {
      const { template } = span;
      if (span.isProse === false) continue;
      if (template !== undefined && reported.has(template)) continue;
      if (template !== undefined) reported.add(template);
      const unexplained = reference.unexplained(span, nats / tokens);
      passages.add(span, nats / tokens, () => unexplained);
    }
    return [];
  };
  return observerOf(reading, {
    observe: (scores, ends) => add(reading.observe(scores, ends)),
    finish() {
      add(reading.finish());
      const ranked = passages.choose(top).sort((a, b) => b.score - a.score);
      return passageEvents(document, ranked, ({ template }) => reference.linesSince(template));
    },
  });
}
