// The sentences of instructions, each with its place.

import { inOneLine, linesOf, type TextRange } from './prompt-text.js';

export interface Statement extends TextRange {
  /** In one line, without the mark of a list. */
  readonly text: string;
  /** That without what stands in quotation marks or backticks: words that are only talked about. */
  readonly plain: string;
}

/** What is longer is no sentence: its beginning tells what it is. */
const mostCharacters = 2000;

const listMark = /^\s*(?:[-*+•]|\d+[.)]|[a-z]\))\s+/;
const abbreviation = /(?:\b(?:e\.g|i\.e|vs|cf|approx|no|mr|mrs|ms|dr|st)|\d)\.$/i;

export function statementsOf(text: string, { from, to }: TextRange): readonly Statement[] {
  return unitsOf(text, { from, to }).flatMap((unit) => sentencesOf(text, unit));
}

/** Paragraphs, and items of lists: what may be wrapped over several lines. */
function unitsOf(text: string, { from, to }: TextRange): readonly TextRange[] {
  const units: { from: number; to: number }[] = [];
  let last: { from: number; to: number } | undefined;
  for (const line of linesOf(text.slice(from, to))) {
    const isOwn = listMark.test(line.text) || /^\s*[#|]/.test(line.text);
    if (line.text.trim() === '') {
      last = undefined;
      continue;
    }
    if (last === undefined || isOwn) {
      last = { from: from + line.from, to: from + line.to };
      units.push(last);
    } else last.to = from + line.to;
    if (/^\s*#/.test(line.text)) last = undefined;
  }
  return units;
}

function sentencesOf(text: string, unit: TextRange): readonly Statement[] {
  const mark = listMark.exec(text.slice(unit.from, unit.to))?.[0].length ?? 0;
  const statements: Statement[] = [];
  let from = unit.from + mark;
  const slice = text.slice(from, unit.to);
  const start = from;
  for (const end of slice.matchAll(/[.!?]["')\]*”]*(?=\s+["'(`*[“]*[\p{Lu}\d])/gu)) {
    const to = start + end.index + end[0].length;
    if (abbreviation.test(text.slice(from, to)) && !/\betc\.$/.test(text.slice(from, to))) continue;
    statements.push(statement(text, from, to));
    from = to;
  }
  statements.push(statement(text, from, unit.to));
  return statements.filter((each) => each.text !== '');
}

function statement(text: string, from: number, to: number): Statement {
  const slice = text.slice(from, to);
  const inset = slice.length - slice.trimStart().length;
  const whole = inOneLine(slice)
    .replace(/^#+\s*/, '')
    .slice(0, mostCharacters);
  const plain = mask(whole).replace(/\s+/g, ' ');
  return { from: from + inset, to, text: whole, plain };
}

/** Blanks what stands in quotation marks or backticks; the text keeps its length. */
export function mask(text: string): string {
  return text.replace(/"[^"\n]*"|“[^”\n]*”|`[^`\n]*`/g, (quoted) => {
    const [first = ''] = quoted;
    return `${first}${' '.repeat(quoted.length - 2)}${quoted.at(-1) ?? ''}`;
  });
}
