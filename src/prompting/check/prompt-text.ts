// Text as a prompt file holds it: lines, and places that an edit can be made at.

/** Half-open, in UTF-16 code units. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

export interface TextLine extends TextRange {
  /** Without its line end. */
  readonly text: string;
}

/** `to` of a line leaves out its line end. */
export function linesOf(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  let from = 0;
  while (from <= text.length) {
    const feed = text.indexOf('\n', from);
    const end = feed === -1 ? text.length : feed;
    const to = end > from && text[end - 1] === '\r' ? end - 1 : end;
    lines.push({ from, to, text: text.slice(from, to) });
    from = end + 1;
  }
  return lines;
}

/** What a line ends with in this text. */
export function lineEndOf(text: string): '\r\n' | '\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Tells the line of an offset, 1-based. */
export type LineCounter = (offset: number) => number;

export function lineCounter(text: string): LineCounter {
  const feeds: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) feeds.push(at);
  return (offset) => {
    let [low, high] = [0, feeds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((feeds[middle] ?? Infinity) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** The whole lines that a range lies on, with the line end of the last. */
export function wholeLines(text: string, { from, to }: TextRange): TextRange {
  const next = text.indexOf('\n', Math.max(from, to - 1));
  return { from: text.lastIndexOf('\n', from - 1) + 1, to: next === -1 ? text.length : next + 1 };
}

/** White space as one space each. */
export function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A reader needs no more of a text to know it again. */
const mostShown = 300;

/** What stands around `at`, by whole words; all of a text that is short. */
export function shortened(text: string, at = 0): string {
  if (text.length <= mostShown) return text;
  const from = Math.max(0, Math.min(at - mostShown / 2, text.length - mostShown));
  const cut = text.slice(from, from + mostShown);
  const isEnd = from + mostShown === text.length;
  const open = from === 0 ? cut : `… ${cut.replace(/^\S{0,30}\s/, '')}`;
  return isEnd ? open : `${open.replace(/\s\S{0,30}$/, '')} …`;
}

/** `about 1,183 tokens`: an estimate, and called so. */
export function aboutTokens(count: number): string {
  return `about ${count.toLocaleString('en-US')} ${count === 1 ? 'token' : 'tokens'}`;
}

export function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** The same for texts that differ in case, white space and punctuation only. */
export function normalised(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
