// Chosen spans as the events that tell of them.

import type { DocumentLabel, Passage } from '../../engine/events/events.js';
import type { ChosenSpan } from '../ranked-passages.js';
import type { ReadSpan } from '../reading.js';

export function passageEvents(document: DocumentLabel, chosen: readonly ChosenSpan<ReadSpan>[]): Passage[] {
  const hasSections = chosen.some(({ span }) => typeof span.section === 'string');
  return chosen.map(({ span, score }) => ({
    ...{ event: 'passage', document, text: span.text, lines: span.lines, score, count: 1 },
    ...(hasSections && { chapter: span.section ?? null }),
  }));
}
