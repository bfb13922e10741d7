// Text in columns of a terminal: wide characters take two, styles none.

import stringWidth from 'string-width';
import { printable } from '../format.js';

/** Characters that take one column each, whatever stands beside them: nearly all that is ever shown. */
const plain = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u22ee\u22ef\u2500-\u259f]*$/;

const style = /\u001b\[[\d;]*m/g;
const characters = new Intl.Segmenter();

/** Columns that a text takes. */
export function width(text: string): number {
  const bare = unstyled(text);
  return plain.test(bare) ? bare.length : stringWidth(bare);
}

export function unstyled(text: string): string {
  return text.includes('\u001b') ? text.replace(style, '') : text;
}

/** The first characters of a text without styles that fit into so many columns. */
function first(text: string, columns: number): string {
  if (plain.test(text)) return text.slice(0, columns);
  let [end, taken] = [0, 0];
  for (const { segment, index } of characters.segment(text)) {
    taken += stringWidth(segment);
    if (taken > columns) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** Cut to so many columns, with a mark where something is missing, and without its styles then. */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return '';
  return width(text) <= columns ? text : `${first(unstyled(text), columns - 1)}…`;
}

/** Cut or filled up to exactly so many columns. */
export function padTo(text: string, columns: number): string {
  const fitting = fit(text, columns);
  return fitting + ' '.repeat(Math.max(0, columns - width(fitting)));
}

/** Two texts at the ends of a row; the second gives way. */
export function justify(left: string, right: string, columns: number): string {
  const start = fit(left, columns);
  const rest = columns - width(start) - 2;
  if (rest < Math.min(8, width(right))) return start;
  const end = fit(right, rest);
  return start + ' '.repeat(columns - width(start) - width(end)) + end;
}

/** As many parts of a row as fit, the first ones first. */
export function fittingParts(all: readonly string[], columns: number, gap = '   '): string {
  let row = '';
  for (const part of all) {
    const longer = row === '' ? part : row + gap + part;
    if (width(longer) > columns) break;
    row = longer;
  }
  return row;
}

/** Text of a document on one row. */
export function flat(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim());
}

/** Text of a document in rows of so many columns, cut between words where there are any. */
export function wrap(text: string, columns: number): string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.flatMap((line) => wrapWords(printable(line.replace(/\t/g, '  ').trimEnd()), columns));
}

/** A line with the spaces that a terminal shows for its tabs. */
export function tabsExpanded(line: string): string {
  const [start = '', ...rest] = line.split('\t');
  return rest.reduce((before, part) => `${before}${' '.repeat(tabStop - (width(before) % tabStop))}${part}`, start);
}

const tabStop = 8;

/** A line without styles. */
export function wrapWords(line: string, columns: number): string[] {
  return rowsOf(line, columns, (row, rest) => {
    const space = rest.startsWith(' ', row.length) ? row.length : row.lastIndexOf(' ');
    // The space hangs over the end of the row.
    return space > row.length / 2 ? rest.slice(0, space + 1) : row;
  }).map((row) => row.trimEnd());
}

/** A line without styles, as a terminal wraps it. */
export function wrapLine(line: string, columns: number): string[] {
  return rowsOf(line, columns, (row) => row);
}

/** `cut`: what to take of as much as fits. */
function rowsOf(line: string, columns: number, cut: (row: string, rest: string) => string): string[] {
  if (columns < 1) return [];
  const rows: string[] = [];
  let rest = line;
  while (width(rest) > columns) {
    const row = cut(first(rest, columns), rest) || (Array.from(rest)[0] ?? '');
    rows.push(row);
    rest = rest.slice(row.length);
  }
  return [...rows, rest];
}
