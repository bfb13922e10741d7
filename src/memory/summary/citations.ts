// Checks what a summary cites: only lines that the notes it was written from stand for.

import type { LineRange } from '../../engine/events/events.js';

export interface CheckedText {
  /** Citations are `[name:first-last]`. */
  readonly text: string;
  readonly kept: number;
  /** Cited other lines than those of a note: those of the note that they are in were put in their place. */
  readonly mapped: number;
  /** Lines that no note stands for, or of another document. */
  readonly removed: number;
}

const brackets = /[ \t]?\[([^[\]\n]{1,200})\]/g;
const citation = /^(?:(.+):)?\s*(?:lines?\s+)?(\d{1,15})(?:\s*[-\u2013\u2014]\s*(\d{1,15}))?$/iu;

/** `notes`: the lines of each. Brackets that hold no numbers of lines stay as they are. */
export function checkCitations(text: string, name: string, notes: readonly LineRange[]): CheckedText {
  const counts = { kept: 0, mapped: 0, removed: 0 };
  const checked = text.replace(brackets, (whole, inner: string) => {
    const cited = inner.split(/\s*[,;]\s*/).map((part) => citation.exec(part));
    if (cited.includes(null)) return whole;
    const found = cited.flatMap((match) => {
      const [, source, first = '', last = first] = match ?? [];
      const lines: LineRange = [Number(first), Number(last)];
      const inNote = isOf(source, name) ? noteOf(lines, notes) : undefined;
      const isWhole = inNote?.[0] === lines[0] && inNote[1] === lines[1];
      counts[inNote === undefined ? 'removed' : isWhole ? 'kept' : 'mapped'] += 1;
      return inNote === undefined ? [] : [`[${name}:${inNote[0]}-${inNote[1]}]`];
    });
    const unique = [...new Set(found)];
    if (unique.length === 0) return '';
    return `${/^\s/.test(whole) ? whole.charAt(0) : ''}${unique.join(' ')}`;
  });
  return { text: checked, ...counts };
}

/** A model leaves out the name, or its folder. */
function isOf(source: string | undefined, name: string): boolean {
  return source === undefined || source.trim() === name || name.endsWith(`/${source.trim()}`);
}

/** The lines of the note that is cited, or that holds what is cited. */
function noteOf([first, last]: LineRange, notes: readonly LineRange[]): LineRange | undefined {
  return (
    notes.find((note) => note[0] === first && note[1] === last) ??
    notes.find((note) => first <= last && note[0] <= first && last <= note[1])
  );
}
