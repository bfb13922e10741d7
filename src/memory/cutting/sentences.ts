// Cuts streamed prose into spans of whole sentences that never cross a paragraph.

import type { TextChunk } from '../../engine/document.js';
import { headingOf, isInCapitals, markedHeading, Sections, turn, type Heading } from './headings.js';
import { editionEnd, isProse } from './quotable.js';
import type { Span } from './span-scores.js';
import { searchable } from '../words/search-words.js';

/** A span of prose, and where it stands. */
export interface ProseSpan extends Span {
  /** Title of the section that it is in, as far as plain text tells; null before the first heading. */
  readonly section: string | null;
  /** Whether it can be quoted: it is no heading, no line of a table of contents, no licence. */
  readonly isProse: boolean;
}

/** Called for each span, with the UTF-8 bytes of clean text up to its end. */
export type OnSpan = (span: ProseSpan, textBytes: number) => void;

/** A span is complete once it has so many words: a short sentence says little alone. */
const fewestWords = 10;
/** A quotation up to so many words is not cut between its sentences. */
const longestQuotation = 60;
/** A longer line is a paragraph of its own; shorter ones are taken for wrapped text. */
const longestWrappedLine = 120;
/** A paragraph that is still open is cut after its last whole sentence, so that memory stays bounded. */
const longestParagraph = 16_384;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const word = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;
/** What ends with a full stop without ending a sentence (Unicode's rules know no abbreviations). */
export const abbreviation =
  /(?:^|[\s("'“‘])(?:Mrs?|Ms|Dr|St|Prof|Rev|Hon|Capt|Col|Gen|Lt|Sgt|Jr|Sr|Figs?|FIGS?|Nos?|Ser|U\.S|Pat|e\.g|i\.e|cf|vs|etc|al|[A-Z])\.\s*$/u;
/** Marks of quotations; an apostrophe is none. */
const doubleMark = /(?<either>")|(?<open>“)|”/gu;
const singleMark = /(?<=^|[\s(—-])(?<open>['‘])(?=\p{L})|(?<=[\p{P}])['’]/gu;
const sentenceEnd = /[.!?:;"”’')\]…—-]\s*$/u;

export class SentenceCutter {
  readonly #onSpan: OnSpan;
  readonly #sections = new Sections();
  #text = '';
  /** How far `#text` was searched for the end of its paragraph. */
  #searched = 0;
  /** Whether the open paragraph is more than blank lines. */
  #isFilled = false;
  /** Line of the open paragraph that was searched last, and how many lines at its end are indented. */
  #previous = '';
  #indented = 0;
  #line = 1;
  #textBytes = 0;
  #isOver = false;

  constructor(onSpan: OnSpan) {
    this.#onSpan = onSpan;
  }

  push({ text, line }: Pick<TextChunk, 'text' | 'line'>): void {
    if (this.#text === '') this.#line = line;
    this.#text += text;
    for (;;) {
      const feed = this.#text.indexOf('\n', this.#searched);
      if (feed === -1) break;
      this.#search(feed + 1);
    }
    while (this.#text.length > longestParagraph) this.#take(this.#lastSentence());
  }

  end(): void {
    if (this.#text.length > this.#searched) this.#search(this.#text.length);
    this.#take(this.#text.length);
  }

  /** Looks at the line that goes from where the last one ended to `end`. */
  #search(end: number): void {
    const line = this.#text.slice(this.#searched, end);
    const isBlank = line.trim() === '';
    const heading = markedHeading(line);
    if (this.#isFilled && !isBlank && this.#startsParagraph(line, heading)) {
      end -= this.#searched;
      this.#take(this.#searched);
    }
    const isHeading = heading !== undefined && !this.#isFilled;
    this.#searched = end;
    this.#previous = line;
    this.#indented = /^\s/u.test(line) ? this.#indented + 1 : 0;
    this.#isFilled ||= !isBlank;
    if (isHeading) this.#take(end, heading);
    else if (this.#isFilled && (isBlank || line.length > longestWrappedLine)) this.#take(end);
  }

  #startsParagraph(line: string, heading: Heading | undefined): boolean {
    const isIndented = /^\s/u.test(line);
    // Verse and block quotations are indented line by line; of a paragraph, the first line alone is.
    if (isIndented ? this.#indented === 0 : this.#indented > 1) return true;
    if (this.#searched <= longestWrappedLine && isInCapitals(this.#text.slice(0, this.#searched))) return true;
    if (heading === undefined && !turn.test(line)) return false;
    return sentenceEnd.test(this.#previous) || turn.test(this.#previous);
  }

  /** Where the last sentence of what is at hand starts; its end where it is one sentence. */
  #lastSentence(): number {
    const index = segmenter.segment(this.#text.slice(0, longestParagraph)).containing(longestParagraph - 1)?.index ?? 0;
    if (index > 0) return index;
    const isHalf = /[\uD800-\uDBFF]/.test(this.#text.charAt(longestParagraph - 1));
    return isHalf ? longestParagraph - 1 : longestParagraph;
  }

  #take(length: number, marked?: Heading): void {
    const paragraph = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    this.#searched = Math.max(0, this.#searched - length);
    this.#indented = 0;
    this.#isFilled = false;
    const heading = marked ?? headingOf(paragraph);
    if (heading !== undefined) this.#sections.enter(heading);
    for (const sentences of heading === undefined ? sentenceSpans(paragraph) : [paragraph]) {
      const first = this.#line + countLineFeeds(/^\s*/.exec(sentences)?.[0] ?? '');
      const text = sentences.replace(/\s+/g, ' ').trim();
      const last = first + countLineFeeds(sentences.trim());
      this.#textBytes += Buffer.byteLength(sentences);
      this.#line += countLineFeeds(sentences);
      this.#isOver ||= editionEnd.test(text);
      const canQuote = heading === undefined && !this.#isOver && isProse(text);
      if (canQuote) this.#sections.fill();
      this.#onSpan({ text, lines: [first, last], section: this.#sections.title, isProse: canQuote }, this.#textBytes);
    }
  }
}

/** Consecutive parts of a paragraph that together are all of it. */
function sentenceSpans(paragraph: string): string[] {
  const sentences = sentencesIn(paragraph);
  const bound = boundToNext(sentences);
  const result: string[] = [];
  let open = '';
  sentences.forEach((sentence, index) => {
    open += sentence;
    const goesOn = bound[index] === true || continues(sentence, sentences[index + 1] ?? '');
    if (goesOn || countWords(open) < fewestWords) return;
    result.push(open);
    open = '';
  });
  if (open === '') return result;
  const isShort = countWords(open) < fewestWords;
  return [...result.slice(0, -1), ...(isShort ? [(result.at(-1) ?? '') + open] : [...result.slice(-1), open])];
}

/** `"Is it?" he asked.`, `Mr. Smith`, `U.S. Pat. No. 4,181,446`: whether a full stop or a mark ends no sentence. */
function continues(sentence: string, next: string): boolean {
  if (/^["'”’)\]]*\s*\p{Ll}/u.test(next) || abbreviation.test(sentence)) return true;
  return /^\p{N}/u.test(next) && /(?:^|\P{L})\p{Lu}\p{L}{0,4}\s?\.\s*$/u.test(sentence);
}

function sentencesIn(paragraph: string): string[] {
  const sentences: string[] = [];
  // A line feed ends a sentence by Unicode's rules; here lines may be wrapped.
  let at = 0;
  for (const { segment } of segmenter.segment(paragraph.replaceAll('\n', ' '))) {
    sentences.push(paragraph.slice(at, at + segment.length));
    at += segment.length;
  }
  return sentences;
}

/** Whether the next sentence is of the same quotation, of those that are not long. */
function boundToNext(sentences: readonly string[]): boolean[] {
  const marks = sentences.some((sentence) => /["“]/u.test(sentence)) ? doubleMark : singleMark;
  const bound: boolean[] = [];
  let isOpen = false;
  let quotation: number[] = [];
  let words = 0;
  sentences.forEach((sentence, index) => {
    const wasOpen = isOpen;
    for (const { groups } of sentence.matchAll(marks)) {
      isOpen = groups?.either === undefined ? groups?.open !== undefined : !isOpen;
    }
    if (!wasOpen) [quotation, words] = [[], 0];
    words += countWords(sentence);
    if (isOpen) quotation.push(index);
    else if (wasOpen && words <= longestQuotation) for (const each of quotation) bound[each] = true;
  });
  return bound;
}

export function countWords(text: string): number {
  return searchable(text).match(word)?.length ?? 0;
}

function countLineFeeds(text: string): number {
  return text.split('\n').length - 1;
}
