// Chosen spans as the events that tell of them.

import type { DocumentLabel, Passage } from '../../engine/events/events.js';
import type { ChosenSpan } from '../ranked-passages.js';
import type { ReadSpan } from '../reading.js';

/** `countOf`: how many lines a span stands for. */
export function passageEvents(
  document: DocumentLabel,
  chosen: readonly ChosenSpan<ReadSpan>[],
  countOf: (span: ReadSpan) => number,
): Passage[] {
  const hasSections = chosen.some(({ span }) => typeof span.section === 'string');
  return chosen.map(({ span, score }) => ({
    ...{ event: 'passage', document, text: span.text, lines: span.lines, score, count: countOf(span) },
    ...(hasSections && { chapter: span.section ?? null }),
  }));
}
