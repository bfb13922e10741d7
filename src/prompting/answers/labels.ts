// Finds the labels in an answer, `## Answer`, `<answer>` or `Answer:`, and the text under each.

export type Label = 'tutorial' | 'problem' | 'solution' | 'quotes' | 'reasoning' | 'answer';

export interface LabelledPart {
  readonly label: Label;
  /** Without white space around it. */
  readonly text: string;
}

type Style = 'heading' | 'tag' | 'word';

interface OpenPart {
  readonly label: Label;
  readonly lines: string[];
}

const names = 'tutorial|problem|exemplar|solution|quotes|reasoning|(?:final )?answer';
const labels: readonly (readonly [Style, RegExp])[] = [
  ['heading', new RegExp(`^ {0,3}#{1,6}\\s+\\**(${names})(?:\\s+\\d+)?\\**\\s*(?:[:.]\\**\\s*(.*?))?\\s*#*$`, 'i')],
  ['tag', new RegExp(`^<(${names})(?:\\s[^>]*)?>()$`, 'i')],
  ['word', new RegExp(`^\\s*\\*\\*(${names})(?:\\s+\\d+)?\\*\\*()$`, 'i')],
  ['word', new RegExp(`^\\s*\\**(${names})(?:\\s+\\d+)?\\s*\\**:\\**\\s*(.*)$`, 'i')],
];
const tags = new RegExp(`(</?(?:${names})(?:\\s[^<>]*)?>)`, 'i');
const closingTag = new RegExp(`^</(?:${names})>$`, 'i');
const fence = /^ {0,3}(`{3,}|~{3,})/;

/** In order. What stands before the first label or after a closing tag is left out. */
export function labelledParts(answer: string): readonly LabelledPart[] {
  const parts: OpenPart[] = [];
  let open: OpenPart | undefined;
  let style: Style | undefined;
  for (const { line, isCode } of linesOf(unwrapped(answer.trim()))) {
    const found = isCode ? undefined : labelIn(line);
    if (found !== undefined && isLabel(found, style, open)) {
      style ??= found.style;
      // "Exemplar 1", then "Problem": one and the same.
      if (found.label !== open?.label || !isEmpty(open)) parts.push((open = { label: found.label, lines: [] }));
      open.lines.push(found.rest);
    } else if (!isCode && closingTag.test(line)) {
      open = undefined;
    } else {
      open?.lines.push(line);
    }
  }
  return parts.map(({ label, lines }) => ({ label, text: lines.join('\n').trim() }));
}

interface LabelMatch {
  readonly style: Style;
  readonly label: Label;
  readonly rest: string;
}

function labelIn(line: string): LabelMatch | undefined {
  for (const [style, pattern] of labels) {
    const [, name, rest = ''] = pattern.exec(line) ?? [];
    if (name !== undefined) return { style, label: labelOf(name.toLowerCase()), rest };
  }
  return undefined;
}

function labelOf(name: string): Label {
  if (name === 'exemplar') return 'problem';
  return name === 'final answer' ? 'answer' : (name as Label);
}

/** Labels look like the first one. One that looks otherwise is text, but where it is what has to come next. */
function isLabel({ style, label }: LabelMatch, first: Style | undefined, open: OpenPart | undefined): boolean {
  if (first === undefined || style === first) return true;
  if (open?.label === 'problem') return label === 'solution' || (label === 'problem' && isEmpty(open));
  return label === 'answer' && (open?.label === 'reasoning' || open?.label === 'quotes');
}

function isEmpty({ lines }: OpenPart): boolean {
  return lines.every((line) => line.trim() === '');
}

/** Lines, and whether they are code between fences. Tags get lines of their own. */
function* linesOf(text: string): Generator<{ readonly line: string; readonly isCode: boolean }> {
  const lines = text.split('\n');
  let closesAt = -1;
  for (const [index, line] of lines.entries()) {
    if (index > closesAt) closesAt = Math.max(closesAt, closingOf(lines, index));
    if (index <= closesAt) yield { line, isCode: true };
    else for (const piece of line.split(tags)) if (piece !== '' || line === '') yield { line: piece, isCode: false };
  }
}

/** Where the fence that opens in a line closes; -1 where none does. */
function closingOf(lines: readonly string[], index: number): number {
  const [, opening] = fence.exec(lines[index] ?? '') ?? [];
  if (opening === undefined) return -1;
  return lines.findIndex((line, at) => {
    if (at <= index) return false;
    const closing = line.trim();
    return closing.length >= opening.length && closing === (opening[0] ?? '').repeat(closing.length);
  });
}

/** An answer that is in a fence as a whole, as some models write Markdown. */
function unwrapped(answer: string): string {
  const lines = answer.split('\n');
  const isWrapped = /^`{3,}(markdown|md|xml|text)?$/i.test(lines[0] ?? '') && closingOf(lines, 0) === lines.length - 1;
  return isWrapped ? lines.slice(1, -1).join('\n') : answer;
}
