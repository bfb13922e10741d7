// Makes a digest of a document while it streams.

import type { DocumentLabel } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import { Digest, type DigestState } from '../digest.js';
import { LineScores, type SurpriseDistribution } from '../logs/line-scores.js';
import { RankedPassages, type ChosenSpan, type RankedState } from '../ranked-passages.js';
import { passageEvents } from './passage-events.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import type { ReadingState, ReadSpan, Reading } from '../reading.js';
import type { Template } from '../logs/templates.js';

/** What a digest in the making leaves behind. */
export interface DigestObserverState {
  readonly reading: ReadingState;
  readonly lines: SurpriseDistribution;
  /** Of a log. */
  readonly ranked: RankedState<ReadSpan> | undefined;
  /** Of prose. */
  readonly digest: DigestState<ReadSpan> | undefined;
}

/**
 * Passages come at the end, in document order. `top`: how many; undefined for as many as suit the length. `known`: of an
 * earlier run, which the reading goes on from too. Prose is chosen by its words alone: what the model did not expect
 * does not tell whether it stands for the text (measured in test/bench/README.md).
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
  let ranked = known?.ranked && RankedPassages.from(known.ranked, (span) => live(span, reading), rarity);
  let digest = known?.digest && Digest.from(known.digest);
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): void => {
    for (const { span, nats, tokens } of spans) {
      const natsPerToken = nats / tokens;
      lines.add(natsPerToken);
      if (span.template === undefined) {
        if (span.isProse === true) (digest ??= new Digest()).add(span);
      } else if (span.isFirst) {
        (ranked ??= new RankedPassages()).add(span, natsPerToken, () => rarity(span, natsPerToken));
      }
    }
  };
  const chosen = (): ChosenSpan<ReadSpan>[] => {
    const usualCount = Math.max(5, Math.min(20, Math.round(2 * Math.log10(reading.miner.lines))));
    return ranked?.choose(top ?? usualCount) ?? digest?.choose(top) ?? [];
  };
  return observerOf(reading, {
    state: (): DigestObserverState => ({
      reading: reading.state(),
      lines: lines.state(),
      ranked: ranked?.state(({ template, ...span }) => ({ ...span, template: template && dataOf(template) })),
      digest: digest?.state(),
    }),
    observe(scores, ends) {
      add(reading.observe(scores, ends));
      return [];
    },
    finish() {
      add(reading.finish());
      return passageEvents(document, chosen(), ({ template }) => template?.lines ?? 1);
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
