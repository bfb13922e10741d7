// A record of a log as it is quoted for people.

import { printableText } from '../../reporters/format.js';
import { indented } from '../../reporters/layout.js';
import { stylesOf, type Screen } from '../../reporters/screen.js';

/** Lines of a record that are shown. */
const mostLines = 8;

/** As a pipe has it: its lines are told apart by a mark. */
export function inOneLine(text: string): string {
  return visible(text).trimEnd().replaceAll('\n', ' ⏎ ');
}

export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

/** Without what ends a line, or turns the direction of writing around: a log is anybody's text. */
function visible(text: string): string {
  return printableText(text).replace(/[\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
}

/** As a terminal has it, indented: its first line wrapped, the others cut. */
export function quotedRecord(reference: string, text: string, screen: Screen): string {
  const { dim } = stylesOf(screen);
  const [first = '', ...rest] = shownLines(visible(text));
  const lines = rest.map((line) => dim(`  ${shortened(line, Math.max(20, screen.columns - 2))}`));
  return [indented(`${reference} ${first}`, screen.columns), ...lines].join('\n');
}

/** The first lines of a record, and its last: what a trace says is often there. */
function shownLines(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= mostLines) return lines;
  const left = lines.length - mostLines + 1;
  return [...lines.slice(0, mostLines - 2), `… ${left} more lines …`, ...lines.slice(-1)];
}
