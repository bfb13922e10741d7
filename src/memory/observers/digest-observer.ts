// Makes a digest of a document while it streams.

import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import { Digest, type DigestState as CandidatesState } from '../digest.js';
import { LineScores, type SurpriseDistribution } from '../logs/line-scores.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import type { ReadingState, ReadSpan, Reading } from '../reading.js';
import type { Template } from '../logs/templates.js';

/** What a digest in the making leaves behind. */
export interface DigestObserverState {
  readonly reading: ReadingState;
  readonly lines: SurpriseDistribution;
  readonly digest: CandidatesState<ReadSpan>;
}

/**
 * Passages come at the end, in document order. `top`: how many; undefined for as many as suit the length. `known`: of an
 * earlier run, which the reading goes on from too.
 */
export function digestObserver(
  reading: Reading,
  document: DocumentLabel,
  top: number | undefined,
  known?: DigestObserverState,
): Observer {
  const lines = new LineScores(reading.miner, known?.lines);
  const rarity = ({ template }: ReadSpan, natsPerToken: number): number =>
    template === undefined ? 0 : lines.rarity(template, natsPerToken);
  const digest =
    known === undefined ? new Digest<ReadSpan>() : Digest.from(known.digest, (span) => live(span, reading), rarity);
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): void => {
    for (const scored of spans) {
      const { span, nats, tokens } = scored;
      const natsPerToken = nats / tokens;
      const { template } = span;
      lines.add(natsPerToken);
      if (template === undefined) digest.add(span, natsPerToken);
      else if (span.isFirst) digest.add(span, natsPerToken, () => rarity(span, natsPerToken));
    }
  };
  const usualCount = (): number => {
    if (reading.kind !== 'log') return digest.usualCount;
    return Math.max(5, Math.min(20, Math.round(2 * Math.log10(reading.miner.lines))));
  };
  return observerOf(reading, {
    state: (): DigestObserverState => ({
      reading: reading.state(),
      lines: lines.state(),
      digest: digest.state(({ template, ...span }) => ({ ...span, template: template && dataOf(template) })),
    }),
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

function dataOf({ id, text, lines }: Template): Template {
  return { id, text, lines };
}

/** Follows the template of its line, which is found again before it is asked for, unless it was dropped. */
function live(span: ReadSpan, { miner }: Reading): ReadSpan {
  const { template } = span;
  if (template === undefined) return span;
  return {
    ...span,
    get template() {
      return miner.withId(template.id) ?? template;
    },
  };
}
