// Text as it is, for figures that compare with llama.cpp's: nothing is cleaned, one final line feed is dropped.

import type { TextChunk } from '../engine/document.js';
import { Decoder, type Run } from './decoding.js';
import { utf8 } from './utf8.js';

/**
 * Chunks of UTF-8 text with its byte order mark, carriage returns and control characters. Bytes that are no UTF-8 become
 * U+FFFD. Of the source no more than `limitBytes` are used, cut back to a whole code point. llama.cpp's tools drop one
 * line feed at the end of a file (common/arg.cpp, --file).
 */
export async function* rawText(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  limitBytes = Infinity,
): AsyncGenerator<Iterable<TextChunk>> {
  const decoder = new Decoder(utf8, 0);
  const writer = new RawWriter();
  let bytesTaken = 0;
  try {
    for await (const piece of pieces) {
      const bytes = piece.subarray(0, limitBytes - bytesTaken);
      bytesTaken += bytes.length;
      yield writer.write(decoder.push(bytes));
      if (bytesTaken === limitBytes) break;
    }
  } catch (error) {
    yield writer.end();
    throw error;
  }
  if (bytesTaken < limitBytes) yield writer.write(decoder.end());
  yield writer.end();
}

/** Holds back a line feed until something follows it. */
class RawWriter {
  #line = 1;
  #endByte = 0;
  #heldLineFeed = false;

  *write(runs: Iterable<Run>): Generator<TextChunk> {
    for (const { text, byte, endByte, invalidBytes } of runs) {
      if (this.#heldLineFeed) yield this.#chunk('\n', byte - 1, byte, 0);
      this.#heldLineFeed = text.endsWith('\n');
      const kept = this.#heldLineFeed ? text.slice(0, -1) : text;
      if (kept !== '') yield this.#chunk(kept, byte, this.#heldLineFeed ? endByte - 1 : endByte, invalidBytes);
      this.#endByte = endByte;
    }
  }

  *end(): Generator<TextChunk> {
    if (this.#heldLineFeed) yield this.#chunk('', this.#endByte, this.#endByte, 0);
    this.#heldLineFeed = false;
  }

  #chunk(text: string, byte: number, endByte: number, invalidBytes: number): TextChunk {
    const line = this.#line;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#line += 1;
    return { text, encoding: 'utf-8', byte, endByte, line, invalidBytes, controlCharacters: 0 };
  }
}
