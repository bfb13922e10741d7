// Checks what an answer cites: only spans that the model was given.

import type { LineRange } from '../../engine/events/events.js';

/** A span as the answer cites it. */
export interface CitableSpan {
  readonly name: string;
  readonly lines: LineRange;
}

export interface CheckedAnswer {
  /** Citations are `[name:first-last]`. */
  readonly text: string;
  /** Indexes of the spans that are cited, each once, in the order of the text. */
  readonly cited: readonly number[];
  /** Citations of what is none of the spans. */
  readonly removed: number;
}

const brackets = /[ \t]?\[([^[\]\n]{1,1000})\]/g;
const mark = /^(?:passages?\s+)?S(\d{1,9})$/iu;
/** As this is how checked citations look, nothing else may look like it. */
const place = /^(.+):(\d{1,15})(?:-(\d{1,15}))?$/u;

/** The model cites the spans as `[S1]`, `[S2]`. Brackets that hold other text stay as they are. */
export function checkAnswer(text: string, spans: readonly CitableSpan[]): CheckedAnswer {
  const cited = new Set<number>();
  let removed = 0;
  const checked = text.replace(brackets, (whole, inner: string) => {
    const parts = inner.split(/\s*(?:[,;]|\band\b)\s*/u).filter((part) => part !== '');
    const isCitation = (part: string): boolean => mark.test(part) || place.test(part);
    // A name may hold a comma.
    const named = spanAt(inner, spans);
    if (named === undefined && !parts.some(isCitation)) return whole;
    const indexes = named === undefined ? parts.map((part) => spanOf(part, spans)) : [named];
    const found = indexes.filter((index) => index !== undefined);
    removed += indexes.length - found.length;
    for (const index of found) cited.add(index);
    const places = new Set(found.map((index) => citationOf(spans[index])));
    if (places.size === 0) return '';
    return `${/^\s/.test(whole) ? whole.charAt(0) : ''}${[...places].join(' ')}`;
  });
  return { text: checked, cited: [...cited], removed };
}

function citationOf(span: CitableSpan | undefined): string {
  return span === undefined ? '' : `[${span.name}:${span.lines.join('-')}]`;
}

function spanOf(part: string, spans: readonly CitableSpan[]): number | undefined {
  const number = mark.exec(part)?.[1];
  if (number === undefined) return spanAt(part, spans);
  const index = Number(number) - 1;
  return index in spans ? index : undefined;
}

/** The first span with this name and these lines. */
function spanAt(text: string, spans: readonly CitableSpan[]): number | undefined {
  const [, name, first, last = first] = place.exec(text) ?? [];
  const index = spans.findIndex(
    (span) => span.name === name && span.lines[0] === Number(first) && span.lines[1] === Number(last),
  );
  return index < 0 ? undefined : index;
}
