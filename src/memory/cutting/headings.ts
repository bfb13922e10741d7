// Tells the headings of plain text and Markdown from its prose, and knows the section that a line is in.

/** A line that names a part of the text. */
export interface Heading {
  readonly title: string;
  /** 1 holds all others; `looseLevel` where only the looks of the line say so. */
  readonly level: number;
}

/** Of headings without a mark or a number. */
const looseLevel = 20;
/** Parts of books by what holds what; levels of Markdown come before them. */
const partLevels = ['volume', 'book', 'part', 'act', 'canto', 'chapter', 'letter', 'scene', 'section', 'article'];
const firstPartLevel = 7;
const ordinal = 'first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last';
const number =
  '(?:\\d{1,3}|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|' +
  `nine)teen|twenty(?:-\\w+)?|(?:the )?(?:${ordinal}))`;
/** `CHAPTER 1. Loomings.`, `BOOK ONE: 1805`, `Chapter 2 - The Pool of Tears`: what follows the number is set apart. */
const numberedPart = new RegExp(`^(${partLevels.join('|')})\\s+${number}(?:\\s*$|\\s*[.:—–-]\\s*(.*))`, 'iu');
/** `FIRST EPILOGUE: 1813 - 20`, which has chapters of its own. */
const outerPart = new RegExp(`^(?:(?:${ordinal}) )?(?:prologue|epilogue|appendix)(?:\\.?$|\\s*[:—–-]\\s*\\S)`, 'iu');
const namedPart =
  /^(?:prelude|preface|foreword|afterword|introduction|conclusion|finale|postscript|contents|table of contents|index|bibliography|references|abstract|summary)\.?$/iu;
const markdown = /^(#{1,6})\s+(\S.*?)\s*#*$/u;
/** `== Early years ==`, as wikis write it; WikiText-2 spaces the marks. */
const wikiMark = /^(=(?: ?=){0,5}) (\S.*?) \1$/u;
const underline = /^\s{0,3}(=|-|~){3,}\s*$/u;
/** Below a title, and none itself. */
const byline = /^(?:by|translated by|edited by|illustrated by|written by)\s/iu;
/** `Grad F: So basically`: a turn of a conversation. */
export const turn = /^\s*\p{Lu}[\p{L}\p{N} .'’_-]{0,40}: ?\S/u;
const longestTitle = 100;
const mostTitleWords = 12;
/** Words that titles leave in lower case. */
const smallWord =
  /^(?:a|an|and|as|at|but|by|de|for|from|in|into|la|nor|of|on|or|over|the|to|under|up|upon|versus|via|von|vs\.?|with)$/u;

/** A line that is a heading wherever a paragraph may start. */
export function markedHeading(line: string): Heading | undefined {
  const title = line.trim().replace(/\s+/gu, ' ');
  if (title === '' || title.length > longestTitle) return undefined;
  const [, marks, marked] = markdown.exec(title) ?? [];
  if (marks !== undefined && marked !== undefined) return { title: marked, level: marks.length };
  const [, wikiMarks, wikiTitle] = wikiMark.exec(title) ?? [];
  if (wikiMarks !== undefined && wikiTitle !== undefined) {
    return { title: wikiTitle, level: wikiMarks.replaceAll(' ', '').length };
  }
  const [, part] = numberedPart.exec(title) ?? [];
  if (part !== undefined) return { title, level: firstPartLevel + partLevels.indexOf(part.toLowerCase()) };
  if (outerPart.test(title)) return { title, level: firstPartLevel + partLevels.indexOf('book') };
  return namedPart.test(title) ? { title, level: firstPartLevel + partLevels.indexOf('chapter') } : undefined;
}

/** The same of a paragraph: a line above its underline, or a single line in capitals or in the case of titles. */
export function headingOf(paragraph: string): Heading | undefined {
  const lines = paragraph.trim().split('\n', 3);
  const title = (lines[0] ?? '').trim().replace(/\s+/gu, ' ');
  if (title.length > longestTitle) return undefined;
  if (lines.length === 2 && underline.test(lines[1] ?? '')) {
    return { title, level: lines[1]?.trim().startsWith('=') === true ? 1 : 2 };
  }
  return lines.length === 1 && looksLikeTitle(title) ? { title, level: looseLevel } : undefined;
}

/** Whether a paragraph so far is a title even where no blank line follows. */
export function isInCapitals(paragraph: string): boolean {
  return !/\p{Ll}/u.test(paragraph) && headingOf(paragraph) !== undefined;
}

function looksLikeTitle(line: string): boolean {
  const words = line.split(' ');
  if (words.length > mostTitleWords || !/\p{Lu}/u.test(line) || turn.test(line)) return false;
  if (!/\p{Ll}/u.test(line)) return /\p{Lu}{3}/u.test(line) && !/["“”!?]/u.test(line);
  if (/[.,;:!?"”’)\]…—-]$/u.test(line)) return false;
  return words.every((word) => smallWord.test(word) || /^[^\p{Ll}]/u.test(word));
}

/** The section that a text is in, from the headings so far. */
export class Sections {
  #open: Heading[] = [];
  /** Whether nothing came since the last heading. */
  #isBare = false;

  /** `BOOK ONE: 1805, CHAPTER I`; null before the first heading. */
  get title(): string | null {
    const parts = this.#open.filter(({ level }) => level >= firstPartLevel && level < looseLevel);
    const titles = (parts.length > 0 ? parts : this.#open.slice(-1)).map(({ title }) => title.replace(/\.$/u, ''));
    return titles.length === 0 ? null : titles.join(', ');
  }

  enter(heading: Heading): void {
    if (byline.test(heading.title)) return;
    const last = this.#open.at(-1);
    if (heading.level === looseLevel && last !== undefined && last.level < looseLevel) {
      // What follows the bare number of a chapter is its name; elsewhere such a line is a sign, a letterhead, a cry.
      if (this.#isBare && isUnnamed(last)) {
        this.#open = [
          ...this.#open.slice(0, -1),
          { ...last, title: `${last.title.replace(/\.$/u, '')}. ${heading.title}` },
        ];
      }
      return;
    }
    this.#open = [...this.#open.filter(({ level }) => level < heading.level), heading];
    this.#isBare = true;
  }

  /** Prose came. */
  fill(): void {
    this.#isBare = false;
  }
}

function isUnnamed({ title }: Heading): boolean {
  return (numberedPart.exec(title)?.[2] ?? '') === '';
}
