// Text in columns of a terminal: wide characters take two, styles none.

import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { printable } from '../format.js';

/** Characters that take one column each, whatever stands beside them: nearly all that is ever shown. */
const plain = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u22ee\u22ef\u2500-\u259f]*$/;

const style = /\u001b\[[\d;]*m/g;

/** Columns that a text takes. */
export function width(text: string): number {
  const bare = text.includes('\u001b') ? text.replace(style, '') : text;
  return plain.test(bare) ? bare.length : stringWidth(bare);
}

/** The part of a text from one column up to another. */
function slice(text: string, from: number, to: number): string {
  return plain.test(text) ? text.slice(from, to) : sliceAnsi(text, from, to);
}

/** Cut to so many columns, with a mark where something is missing. */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return '';
  return width(text) <= columns ? text : `${slice(text, 0, columns - 1)}…`;
}

/** Cut or filled up to exactly so many columns. */
export function cell(text: string, columns: number): string {
  const fitting = fit(text, columns);
  return fitting + ' '.repeat(Math.max(0, columns - width(fitting)));
}

/** Two texts at the ends of a row; the second gives way. */
export function ends(left: string, right: string, columns: number): string {
  const first = fit(left, columns);
  const rest = columns - width(first) - 2;
  if (rest < Math.min(8, width(right))) return first;
  const last = fit(right, rest);
  return first + ' '.repeat(columns - width(first) - width(last)) + last;
}

/** As many parts of a row as fit, the first ones first. */
export function parts(all: readonly string[], columns: number, gap = '   '): string {
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

/** A line without styles. */
export function wrapWords(line: string, columns: number): string[] {
  if (columns < 1) return [];
  const rows: string[] = [];
  let rest = line;
  while (width(rest) > columns) {
    const row = firstRow(rest, columns);
    const space = rest.startsWith(' ', row.length) ? row.length : row.lastIndexOf(' ');
    const cut = space > row.length / 2 ? space : row.length;
    rows.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...rows, rest];
}

/** A line, which may have styles, in rows, as a terminal wraps it. */
export function wrapLine(line: string, columns: number): string[] {
  if (columns < 1) return [];
  const rows: string[] = [];
  const whole = width(line);
  for (let at = 0; at < whole || rows.length === 0;) {
    const row = slice(line, at, at + columns);
    rows.push(row);
    at += Math.max(1, width(row));
  }
  return rows;
}

/** What fits into a row; a character at least. */
function firstRow(text: string, columns: number): string {
  const row = slice(text, 0, columns);
  return row === '' ? (Array.from(text)[0] ?? '') : row;
}
