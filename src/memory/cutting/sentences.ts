// Cuts streamed prose into spans of whole sentences that never cross a paragraph.

import type { TextChunk } from '../../engine/document.js';
import type { Span } from './span-scores.js';
import { searchable } from '../words/search-words.js';

/** Called for each span, with the UTF-8 bytes of clean text up to its end. */
export type OnSpan = (span: Span, textBytes: number) => void;

/** A span is complete once it has so many words: a short sentence says little alone. */
const fewestWords = 10;
/** A longer line is a paragraph of its own; shorter ones are taken for wrapped text. */
const longestWrappedLine = 120;
/** A paragraph that is still open is cut after its last whole sentence, so that memory stays bounded. */
const longestParagraph = 16_384;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const word = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;
/** What ends with a full stop without ending a sentence (Unicode's rules know no abbreviations). */
export const abbreviation =
  /(?:^|[\s("'“‘])(?:Mrs?|Ms|Dr|St|Prof|Rev|Hon|Capt|Col|Gen|Lt|Sgt|Jr|Sr|Figs?|FIGS?|Nos?|Ser|U\.S|e\.g|i\.e|cf|vs|etc|al|[A-Z])\.\s*$/u;

export class SentenceCutter {
  readonly #onSpan: OnSpan;
  #text = '';
  /** How far `#text` was searched for the end of its paragraph. */
  #searched = 0;
  #line = 1;
  #textBytes = 0;

  constructor(onSpan: OnSpan) {
    this.#onSpan = onSpan;
  }

  push({ text, line }: Pick<TextChunk, 'text' | 'line'>): void {
    if (this.#text === '') this.#line = line;
    this.#text += text;
    for (;;) {
      const feed = this.#text.indexOf('\n', this.#searched);
      if (feed === -1) break;
      const current = this.#text.slice(this.#searched, feed);
      if (this.#searched > 0 && /^\s/.test(current) && current.trim() !== '') this.#take(this.#searched);
      const end = this.#searched + current.length + 1;
      this.#searched = end;
      if (current.trim() === '' || current.length > longestWrappedLine) this.#take(end);
    }
    while (this.#text.length > longestParagraph) this.#take(this.#lastSentence());
  }

  end(): void {
    this.#take(this.#text.length);
  }

  /** Where the last sentence of what is at hand starts; its end where it is one sentence. */
  #lastSentence(): number {
    const index = segmenter.segment(this.#text.slice(0, longestParagraph)).containing(longestParagraph - 1)?.index ?? 0;
    if (index > 0) return index;
    const isHalf = /[\uD800-\uDBFF]/.test(this.#text.charAt(longestParagraph - 1));
    return isHalf ? longestParagraph - 1 : longestParagraph;
  }

  #take(length: number): void {
    const paragraph = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    this.#searched = Math.max(0, this.#searched - length);
    for (const sentences of sentenceSpans(paragraph)) {
      const first = this.#line + countLineFeeds(/^\s*/.exec(sentences)?.[0] ?? '');
      const text = sentences.replace(/\s+/g, ' ').trim();
      const last = first + countLineFeeds(sentences.trim());
      this.#textBytes += Buffer.byteLength(sentences);
      this.#line += countLineFeeds(sentences);
      this.#onSpan({ text, lines: [first, last] }, this.#textBytes);
    }
  }
}

/** Consecutive parts of a paragraph that together are all of it. */
function sentenceSpans(paragraph: string): string[] {
  const result: string[] = [];
  let open = '';
  // A line feed ends a sentence by Unicode's rules; here lines may be wrapped.
  let at = 0;
  for (const { segment } of segmenter.segment(paragraph.replaceAll('\n', ' '))) {
    open += paragraph.slice(at, at + segment.length);
    at += segment.length;
    if (abbreviation.test(segment) || countWords(open) < fewestWords) continue;
    result.push(open);
    open = '';
  }
  if (open === '') return result;
  const isShort = countWords(open) < fewestWords;
  return [...result.slice(0, -1), ...(isShort ? [(result.at(-1) ?? '') + open] : [...result.slice(-1), open])];
}

export function countWords(text: string): number {
  return searchable(text).match(word)?.length ?? 0;
}

function countLineFeeds(text: string): number {
  return text.split('\n').length - 1;
}
