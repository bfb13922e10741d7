// Cuts streamed text into lines, and lets a task decide line by line what the model reads.

import { sourceBytes, type TextChunk } from '../../engine/document.js';

/** A line, known up to its first `headLength` UTF-16 code units. */
export interface LineHead {
  /** Without its line feed. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** More of a line than this is never looked at, so that a line may be of any length. */
export const headLength = 4096;

export interface LineFilter {
  /** Called once a line, in order. False: the model does not read it. */
  accept(head: LineHead): boolean;
  /** Called after an accepted line, with the UTF-8 bytes of clean text up to its end, line feed included. */
  close(textBytes: number): void;
}

/**
 * Passes on the lines that the filter accepts, as chunks that keep their place in the source. Holds one head at most.
 */
export async function* filterLines(chunks: AsyncIterable<TextChunk>, filter: LineFilter): AsyncGenerator<TextChunk> {
  const lines = new LineCutter(filter);
  for await (const chunk of chunks) yield* lines.push(chunk);
  yield* lines.end();
}

class LineCutter {
  readonly #filter: LineFilter;
  /** Pieces of a line that is not decided yet. */
  #held: TextChunk[] = [];
  #heldLength = 0;
  /** What becomes of the rest of the open line. */
  #decision: 'open' | 'accepted' | 'refused' = 'open';
  #textBytes = 0;
  /** Counts of chunks none of which was passed on. */
  #invalidBytes = 0;
  #controlCharacters = 0;
  #last: TextChunk | undefined;

  constructor(filter: LineFilter) {
    this.#filter = filter;
  }

  *push(chunk: TextChunk): Generator<TextChunk> {
    this.#invalidBytes += chunk.invalidBytes;
    this.#controlCharacters += chunk.controlCharacters;
    if (chunk.text === '') {
      this.#last = chunk;
      if (chunk.pause === true) yield this.#passed(chunk);
      return;
    }
    let { byte, line } = chunk;
    for (let at = 0; at < chunk.text.length;) {
      const feed = chunk.text.indexOf('\n', at);
      const end = feed === -1 ? chunk.text.length : feed + 1;
      const text = chunk.text.slice(at, end);
      const endByte = end === chunk.text.length ? chunk.endByte : byte + sourceBytes(text, chunk.encoding);
      const piece = { ...chunk, text, byte, endByte, line };
      yield* this.#piece(piece, feed !== -1);
      byte = endByte;
      at = end;
      if (feed !== -1) line += 1;
      this.#last = { ...piece, text: '', byte: endByte, line };
    }
  }

  /** The source is over: its last line may lack a line feed. */
  *end(): Generator<TextChunk> {
    if (this.#heldLength > 0) yield* this.#decide();
    if (this.#decision === 'accepted') this.#filter.close(this.#textBytes);
    if (this.#last === undefined) return;
    // A line that was left out is over, also without a line feed.
    const line = this.#last.line + (this.#decision === 'refused' ? 1 : 0);
    yield this.#passed({ ...this.#last, byte: this.#last.endByte, line });
  }

  *#piece(piece: TextChunk, ends: boolean): Generator<TextChunk> {
    if (this.#decision === 'open') {
      this.#held.push(piece);
      this.#heldLength += piece.text.length;
      if (ends || this.#heldLength >= headLength) yield* this.#decide();
    } else if (this.#decision === 'accepted') {
      yield this.#passed(piece);
    }
    if (!ends) return;
    if (this.#decision === 'accepted') this.#filter.close(this.#textBytes);
    this.#decision = 'open';
  }

  *#decide(): Generator<TextChunk> {
    const [first] = this.#held;
    if (first === undefined) return;
    const text = this.#held.length === 1 ? first.text : this.#held.map((piece) => piece.text).join('');
    const accepted = this.#filter.accept({ text: head(text), line: first.line });
    this.#decision = accepted ? 'accepted' : 'refused';
    if (accepted) for (const piece of this.#held) yield this.#passed(piece);
    this.#held = [];
    this.#heldLength = 0;
  }

  #passed(piece: TextChunk): TextChunk {
    const { text } = piece;
    this.#textBytes += Buffer.byteLength(text);
    const [invalidBytes, controlCharacters] = [this.#invalidBytes, this.#controlCharacters];
    this.#invalidBytes = 0;
    this.#controlCharacters = 0;
    return { ...piece, invalidBytes, controlCharacters };
  }
}

/** The first part of a line, without its line feed and without half a code point at its end. */
function head(text: string): string {
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  return line.length <= headLength
    ? line
    : line
        .slice(0, headLength)
        .toWellFormed()
        .replace(/\uFFFD$/, '');
}
