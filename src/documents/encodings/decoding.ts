// Cuts bytes that arrive in pieces of any size into runs of decoded text, each with its place in the source.
import type { TextChunk } from '../../engine/document.js';

/** A piece is decoded, and a chunk of text made, from at most so many source bytes. */
const CHUNK_BYTES = 64 * 1024;

/** Text that is valid throughout, or one U+FFFD that stands for `bytes` invalid ones. */
export interface DecodedText {
  readonly text: string;
  readonly bytes: number;
  readonly valid: boolean;
  /** How the bytes advance within the text. */
  readonly encoding: TextChunk['encoding'];
}

/** How bytes become text. Knows nothing of pieces and offsets. */
export interface Encoding {
  /** How many bytes at the end (at most 3) begin a character that more bytes may complete. `bytes` start with a whole one. */
  unfinishedBytes(bytes: Buffer): number;
  /** All of `bytes` as text. Without a next piece, an unfinished end is invalid. */
  decode(bytes: Buffer): Iterable<DecodedText>;
}

/** Decoded text with its half-open range of source bytes. Never empty, never cuts a code point. */
export interface DecodedRun {
  readonly text: string;
  readonly encoding: TextChunk['encoding'];
  readonly byte: number;
  readonly endByte: number;
  /** 0, or the length of the range when the text is the U+FFFD that replaced it. */
  readonly invalidBytes: number;
}

/** Holds back an unfinished character until its next byte comes. */
export class Decoder {
  #held: Buffer = Buffer.alloc(0);
  #byte: number;

  /** `firstByte`: where the bytes that will be pushed start in the source, after a byte order mark. */
  constructor(
    private readonly encoding: Encoding,
    firstByte: number,
  ) {
    this.#byte = firstByte;
  }

  *push(piece: Buffer): Generator<DecodedRun> {
    for (let from = 0; from < piece.length;) {
      const slice = piece.subarray(from, from + CHUNK_BYTES - this.#held.length);
      from += slice.length;
      const bytes = this.#held.length === 0 ? slice : Buffer.concat([this.#held, slice]);
      const end = bytes.length - this.encoding.unfinishedBytes(bytes);
      this.#held = bytes.subarray(end);
      yield* this.#runs(bytes.subarray(0, end));
    }
  }

  /** The source is over: what is still unfinished is invalid. Not to be called where a limit cut the source. */
  *end(): Generator<DecodedRun> {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    yield* this.#runs(rest);
  }

  *#runs(bytes: Buffer): Generator<DecodedRun> {
    if (bytes.length === 0) return;
    for (const { text, bytes: length, valid, encoding } of this.encoding.decode(bytes)) {
      const byte = this.#byte;
      this.#byte += length;
      yield { text, encoding, byte, endByte: this.#byte, invalidBytes: valid ? 0 : length };
    }
  }
}
