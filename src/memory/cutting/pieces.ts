// Parts of chunks that keep their place in the source, and lines that are put together from them.

import { sourceBytes, type TextChunk } from '../../engine/document.js';
import { headLength } from './lines.js';

/** Part of a chunk, in UTF-16 code units. */
export interface Piece {
  readonly chunk: PlacedChunk;
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

/** A line, known up to its first `headLength` code units. */
export interface HeldLine {
  /** Without its line feed. */
  readonly text: string;
  readonly first: Piece;
  /** Where chunks cut the line. */
  readonly more: readonly Piece[] | undefined;
  /** Whether it is longer than what is known. */
  readonly isCut: boolean;
  /** The line feed of a line that is longer, once it is there. */
  feed: Piece | undefined;
}

/** A chunk whose parts are asked for in order. */
export class PlacedChunk {
  readonly text: string;
  #at = 0;
  #byte: number;

  constructor(readonly chunk: TextChunk) {
    this.text = chunk.text;
    this.#byte = chunk.byte;
  }

  cut({ from, to, line }: Piece): TextChunk {
    const byte = this.#byteAt(from);
    const endByte = to === this.text.length ? this.chunk.endByte : this.#byteAt(to);
    return { ...this.chunk, text: this.text.slice(from, to), byte, endByte, line };
  }

  #byteAt(at: number): number {
    this.#byte += sourceBytes(this.text.slice(this.#at, at), this.chunk.encoding);
    this.#at = at;
    return this.#byte;
  }
}

/** `pieces`: at least one. `isOver`: they end with a line feed. */
export function lineOf(pieces: readonly Piece[], isOver: boolean): { readonly line: HeldLine; readonly left: number } {
  const whole = pieces.map(({ chunk, from, to }) => chunk.text.slice(from, to)).join('');
  const text = isOver ? whole.slice(0, -1) : whole;
  const isCut = isOver ? text.length > headLength : text.length >= headLength;
  const kept = isCut ? headOf(text) : text;
  const [first, ...more] = isCut ? firstPieces(pieces, kept.length) : pieces;
  if (first === undefined) throw new Error('a line of no pieces');
  return { line: { text: kept, first, more, isCut, feed: undefined }, left: text.length - kept.length };
}

/** The first part of a line, without half a code point at its end. */
function headOf(text: string): string {
  const code = text.charCodeAt(headLength - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? headLength - 1 : headLength);
}

/** The pieces that hold the first `length` code units. */
function firstPieces(pieces: readonly Piece[], length: number): Piece[] {
  const first: Piece[] = [];
  let left = length;
  for (const piece of pieces) {
    if (left === 0) break;
    const to = Math.min(piece.to, piece.from + left);
    first.push({ ...piece, to });
    left -= to - piece.from;
  }
  return first;
}
