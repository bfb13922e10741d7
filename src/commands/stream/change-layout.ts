// What changed in a log beside its reference, for people: one change a line in a pipe, set out on a terminal.

import { basename } from 'node:path';
import type { Comparison, Passage } from '../../engine/events/events.js';
import { countWithNoun, digits, groupDigits } from '../../reporters/format.js';
import { stylesOf, type Screen } from '../../reporters/screen.js';
import { lineReference } from './line-reference.js';
import { inOneLine, quotedRecord } from './record-layout.js';

/** A passage of a log that was compared. */
export type ChangedPassage = Passage & { readonly comparison: Comparison };

export function changedPassage(passage: ChangedPassage, screen: Screen): string {
  const { document, lines, text } = passage;
  if (!Number.isFinite(screen.columns)) {
    return `${lineReference(document.name, lines)}:${inOneLine(text)} (${changeText(passage)})\n`;
  }
  const styles = stylesOf(screen);
  const reference = styles.dim(`${lineReference(basename(document.name), lines)}:`);
  return `${styles.bold(changeText(passage))}\n${quotedRecord(reference, text, screen)}\n\n`;
}

/** `12 times as often: 340 records, 95% 8 to 18`. */
function changeText({ count, comparison: { kind, reference, ratio } }: ChangedPassage): string {
  if (kind === 'new') return `new: ${countWithNoun(count, 'record')}`;
  if (kind === 'gone' || ratio === null) return `gone: ${countWithNoun(reference, 'record')} in the reference`;
  const [low, estimate, high] = ratio.map((value) => digits(value, 2));
  // Beside what both logs have: a log may be longer, or busier, as a whole.
  return `${estimate} times as often beside the rest: ${countWithNoun(count, 'record')} after ${groupDigits(reference)}, 95% ${low} to ${high}`;
}
