// Cuts streamed text into spans that can be cited: some sentences or lines, each with its place in the source.

import { sourceBytes, type TextChunk } from '../../engine/document.js';
import type { ByteRange, LineRange } from '../../engine/events/events.js';
import type { Kind } from '../reading.js';
import { abbreviation } from '../cutting/sentences.js';

/** A part of a document, without white space around it. */
export interface CitedSpan {
  readonly text: string;
  readonly lines: LineRange;
  /** In the source. */
  readonly bytes: ByteRange;
  /** Whether the source's bytes are those of the text in UTF-8: nothing was decoded, cleaned or replaced. */
  readonly isVerbatim: boolean;
}

/** Bytes of UTF-8 that a span has at most: some 200 tokens of English. Bytes, since no model is asked. */
export const spanBytes = 800;
/** A better place to cut is looked for in the rest of a span, so that spans do not get too short. */
const fewestShare = 0.4;
/** Text that holds a whole span, in UTF-16 code units, whatever its bytes are. */
const lookAhead = 2 * spanBytes;

const sentenceEnd = /[.!?…][\p{Pe}\p{Pf}"']*(?=\s)|[。！？｡][\p{Pe}\p{Pf}]*/gu;

export class SpanCutter {
  readonly #kind: Kind;
  #text = '';
  readonly #source = new SourceCursor();

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  /** Returns the spans that are complete. Holds twice a span's text, and the chunk. */
  *push(chunk: TextChunk): Generator<CitedSpan> {
    if (chunk.text === '') return;
    this.#source.add(chunk);
    this.#text += chunk.text;
    while (this.#text.length >= lookAhead) yield* this.#take(this.#cut());
  }

  /** The source is over. */
  *end(): Generator<CitedSpan> {
    while (this.#text !== '') yield* this.#take(this.#cut());
  }

  /** Where the first span of the text at hand ends. */
  #cut(): number {
    const most = fitting(this.#text, spanBytes);
    if (most === this.#text.length) return most;
    const text = this.#text.slice(0, most);
    const fewest = Math.ceil(most * fewestShare);
    const places = this.#kind === 'log' ? [lastLine] : [lastParagraph, lastSentence, lastLine];
    for (const place of [...places, lastWord]) {
      const at = place(text, fewest);
      if (at !== undefined) return at;
    }
    return most;
  }

  *#take(length: number): Generator<CitedSpan> {
    const all = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    const before = all.length - all.trimStart().length;
    const text = all.trim();
    this.#source.pass(before);
    if (text !== '') yield { text, ...this.#source.pass(text.length) };
    this.#source.pass(length - before - text.length);
  }
}

/** Code units of the longest start that takes so many bytes of UTF-8 at most; never half a code point. */
function fitting(text: string, bytes: number): number {
  const { read } = encoder.encodeInto(text.slice(0, bytes), scratch);
  return read;
}
const encoder = new TextEncoder();
const scratch = new Uint8Array(spanBytes);

type FindPlace = (text: string, fewest: number) => number | undefined;

const lastParagraph: FindPlace = (text, fewest) => after(text.lastIndexOf('\n\n'), 2, fewest);
const lastLine: FindPlace = (text) => after(text.lastIndexOf('\n'), 1, 1);
const lastWord: FindPlace = (text) => after(Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t')), 1, 1);
const lastSentence: FindPlace = (text, fewest) => {
  let last: number | undefined;
  for (const { 0: mark, index } of text.matchAll(sentenceEnd)) {
    const end = index + mark.length;
    if (end >= fewest && !abbreviation.test(text.slice(Math.max(0, end - 12), end))) last = end;
  }
  return last;
};

function after(index: number, length: number, fewest: number): number | undefined {
  return index === -1 || index + length < fewest ? undefined : index + length;
}

/** Where in the source the text stands that is passed. */
class SourceCursor {
  readonly #chunks: TextChunk[] = [];
  /** Code units of the first chunk that were passed. */
  #passed = 0;
  #byte = 0;
  #line = 1;

  add(chunk: TextChunk): void {
    if (this.#chunks.length === 0) this.#line = chunk.line;
    this.#chunks.push(chunk);
  }

  /** So many code units. */
  pass(length: number): Omit<CitedSpan, 'text'> {
    const first = this.#line;
    let from: number | undefined;
    let [textBytes, isVerbatim] = [0, true];
    for (let left = length; left > 0;) {
      const [chunk] = this.#chunks;
      if (chunk === undefined) break;
      if (this.#passed === 0) this.#byte = chunk.byte;
      from ??= this.#byte;
      const text = chunk.text.slice(this.#passed, this.#passed + left);
      left -= text.length;
      this.#passed += text.length;
      this.#line += countLineFeeds(text);
      textBytes += Buffer.byteLength(text);
      isVerbatim &&= chunk.encoding === 'utf-8' && chunk.invalidBytes === 0;
      if (this.#passed < chunk.text.length) {
        this.#byte += sourceBytes(text, chunk.encoding);
      } else {
        this.#byte = chunk.endByte;
        this.#chunks.shift();
        this.#passed = 0;
      }
    }
    const bytes: ByteRange = [from ?? this.#byte, this.#byte];
    // What was removed within the text leaves it shorter than its source.
    return { lines: [first, this.#line], bytes, isVerbatim: isVerbatim && bytes[1] - bytes[0] === textBytes };
  }
}

function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
