// A streamed document as tokens, each with its place in the source.

import type { Vocabulary } from '../backend.js';
import type { TextChunk } from '../document.js';
import { LiteralTokenizer, codeUnitsAt, isContinuation } from './literal-tokenizer.js';

/** How much of a document lies before a place in it. */
export interface Position {
  /** Source bytes. */
  readonly bytes: number;
  /** Lines begun: the 1-based number of the line that holds the last character; 0 at the start. */
  readonly lines: number;
  /** UTF-8 bytes of clean text. */
  readonly textBytes: number;
  readonly invalidBytes: number;
  readonly controlCharacters: number;
}

/** Tokens in order; `positions[i]` is the document's position just after `tokens[i]`. */
export interface TokenRun {
  readonly tokens: Int32Array;
  readonly positions: readonly Position[];
}

/** The tokens of a stretch of text that was tokenised as one. */
export interface StretchRun extends TokenRun {
  /** In UTF-8. */
  readonly text: Uint8Array;
  /** UTF-8 bytes of clean text before it. */
  readonly textFrom: number;
  /** After these, which may be none, the document is silent for now: an open line is held back. */
  readonly pause?: true;
  /** The text ends here: more of it might make other tokens of its last word. */
  readonly last?: true;
}

export const documentStart: Position = { bytes: 0, lines: 0, textBytes: 0, invalidBytes: 0, controlCharacters: 0 };

/** Text is tokenised in stretches of at least this many UTF-16 code units ... */
const stretchLength = 4096;
/** ... and a run without a natural place to cut is cut once it is this long. */
const longestStretch = 16_384;

/**
 * Tokenises a document while it streams; returns its end position. Holds a few stretches at most. When the document
 * fails, the text before the failure is tokenised first. `start`: where the chunks begin, which is where an earlier
 * stretch ended.
 */
export async function* tokenRuns(
  chunks: AsyncIterable<TextChunk>,
  vocabulary: Vocabulary,
  start = documentStart,
): AsyncGenerator<StretchRun, Position> {
  const tokenizer = await LiteralTokenizer.create(vocabulary, start.textBytes > 0);
  const aligner = new Aligner(vocabulary, start);
  let text = '';
  /** Where no place to cut was found, the next look waits until there is much more text. */
  let lookAt = stretchLength;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const chunk of chunks) {
      if (chunk.pause === true) {
        // What comes next may join the last line's tokens, so that only whole lines are taken.
        const lines = text.slice(0, text.lastIndexOf('\n') + 1);
        text = text.slice(lines.length);
        lookAt = stretchLength;
        const run = aligner.align(lines, lines === '' ? new Int32Array(0) : await tokenizer.takeAll(lines));
        // What was removed before the pause counts too.
        aligner.push(chunk);
        yield { ...run, pause: true };
        continue;
      }
      aligner.push(chunk);
      text += chunk.text;
      while (text.length >= lookAt) {
        const upcoming = head(text, longestStretch);
        const stretch =
          (await tokenizer.takeNatural(upcoming)) ??
          (upcoming.length < text.length ? await tokenizer.takeForced(upcoming) : undefined);
        lookAt = stretch === undefined ? lookAt * 2 : stretchLength;
        if (stretch === undefined) break;
        yield aligner.align(text.slice(0, stretch.length), stretch.tokens);
        text = text.slice(stretch.length);
      }
    }
  } catch (error) {
    failure = { error };
  }
  if (text.length > 0) yield { ...aligner.align(text, await tokenizer.takeAll(text)), last: true };
  if (failure !== undefined) throw failure.error;
  return aligner.end();
}

/** The first `length` code units, or one fewer where that would cut a code point. */
function head(text: string, length: number): string {
  const cutsPair = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) && length < text.length;
  return text.slice(0, cutsPair ? length - 1 : length);
}

/** Follows the chunks byte by byte to tell where in the source each token ends. */
class Aligner {
  readonly #vocabulary: Vocabulary;
  /** Chunks that no token has reached yet. */
  readonly #ahead: TextChunk[] = [];
  #chunk: TextChunk | undefined;
  /** UTF-16 code units of `#chunk` that no token has reached yet. */
  #unitsLeft = 0;
  #bytes: number;
  #lines: number;
  #textBytes: number;
  #invalidBytes: number;
  #controlCharacters: number;
  #lineEnded = true;

  constructor(vocabulary: Vocabulary, start: Position) {
    this.#vocabulary = vocabulary;
    this.#bytes = start.bytes;
    this.#lines = start.lines;
    this.#textBytes = start.textBytes;
    this.#invalidBytes = start.invalidBytes;
    this.#controlCharacters = start.controlCharacters;
  }

  push(chunk: TextChunk): void {
    this.#ahead.push(chunk);
    // An empty chunk is over at once: a document that does nothing but pause takes no memory.
    while (this.#unitsLeft === 0 && this.#ahead[0]?.text === '') this.#enterNextChunk();
  }

  /** `tokens` of `text`, which is the next stretch of the chunks' text. */
  align(text: string, tokens: Int32Array): StretchRun {
    const bytes = Buffer.from(text);
    const textFrom = this.#textBytes;
    const ends = tokenEnds(bytes.length, tokens, this.#vocabulary);
    let at = 0;
    const positions = Array.from(ends, (end) => {
      for (; at < end; at += 1) this.#advance(bytes, at);
      if (this.#unitsLeft === 0 && !isContinuation(bytes, at)) this.#bytes = this.#chunk?.endByte ?? this.#bytes;
      return this.#position();
    });
    return { tokens, positions, text: bytes, textFrom };
  }

  /** The position after everything, also what cleaning removed at the very end. */
  end(): Position {
    while (this.#ahead.length > 0) this.#enterNextChunk();
    this.#bytes = this.#chunk?.endByte ?? this.#bytes;
    return this.#position();
  }

  #advance(bytes: Uint8Array, at: number): void {
    const units = codeUnitsAt(bytes, at);
    if (units > 0) {
      while (this.#unitsLeft === 0 && this.#ahead.length > 0) this.#enterNextChunk();
      this.#unitsLeft -= units;
      if (this.#lineEnded) this.#lines += 1;
      this.#lineEnded = bytes[at] === 0x0a;
    }
    this.#bytes += advance(units, this.#chunk?.encoding);
    this.#textBytes += 1;
  }

  #enterNextChunk(): void {
    const chunk = this.#ahead.shift();
    if (chunk === undefined) return;
    this.#chunk = chunk;
    this.#unitsLeft = chunk.text.length;
    this.#bytes = chunk.byte;
    // Lines may have been left out since the last chunk.
    this.#lines = chunk.line - (this.#lineEnded ? 1 : 0);
    this.#invalidBytes += chunk.invalidBytes;
    this.#controlCharacters += chunk.controlCharacters;
  }

  #position(): Position {
    return {
      bytes: this.#bytes,
      lines: this.#lines,
      textBytes: this.#textBytes,
      invalidBytes: this.#invalidBytes,
      controlCharacters: this.#controlCharacters,
    };
  }
}

/** Source bytes of one byte of the text, which begins so many UTF-16 code units. */
function advance(units: number, encoding: TextChunk['encoding'] = 'utf-8'): number {
  if (encoding === 'utf-8') return 1;
  return encoding === 'double-byte' ? units * 2 : units;
}

/** Where each token ends, in bytes of the text. Exact unless the tokenizer changes the text (some normalise it). */
function tokenEnds(textBytes: number, tokens: Int32Array, vocabulary: Vocabulary): number[] {
  const lengths = Array.from(tokens, (token) => vocabulary.byteLength(token));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const exact = total === textBytes || total === textBytes + 1;
  // One byte more than the text: the space that the tokenizer put in front of it.
  const scale = exact ? 1 : textBytes / Math.max(1, total);
  let end = exact ? textBytes - total : 0;
  const ends = lengths.map((length) => {
    end += length * scale;
    return Math.max(0, Math.round(end));
  });
  if (ends.length > 0) ends[ends.length - 1] = textBytes;
  return ends;
}
