// Text as it is, for figures that compare with llama.cpp's: nothing is cleaned, one final line feed is dropped.

import { sourceBytes, type TextChunk } from '../../engine/document.js';
import { Decoder, type Encoding, type DecodedRun } from '../encodings/decoding.js';
import { utf8 } from '../encodings/utf8.js';

/**
 * Chunks of text with its byte order mark, carriage returns and control characters. Bytes that are no text become U+FFFD. Of the source no more than `limitBytes` are used, cut back to a whole code point. llama.cpp's tools drop one
 * line feed at the end of a file (common/arg.cpp, --file).
 */
export async function* rawText(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  limitBytes = Infinity,
  encoding: Encoding = utf8,
): AsyncGenerator<Iterable<TextChunk>> {
  const decoder = new Decoder(encoding, 0);
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
  #held: DecodedRun | undefined;

  *write(runs: Iterable<DecodedRun>): Generator<TextChunk> {
    for (const run of runs) {
      if (this.#held !== undefined) yield this.#chunk(this.#held);
      const kept = run.text.endsWith('\n') ? run.text.slice(0, -1) : run.text;
      const byte = run.endByte - sourceBytes(run.text.slice(kept.length), run.encoding);
      this.#held = kept === run.text ? undefined : { ...run, text: '\n', byte };
      if (kept !== '') yield this.#chunk({ ...run, text: kept, endByte: byte });
      this.#endByte = run.endByte;
    }
  }

  *end(): Generator<TextChunk> {
    if (this.#held !== undefined) yield this.#chunk({ ...this.#held, text: '', byte: this.#endByte });
    this.#held = undefined;
  }

  #chunk({ text, encoding, byte, endByte, invalidBytes }: DecodedRun): TextChunk {
    const line = this.#line;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#line += 1;
    return { text, encoding, byte, endByte, line, invalidBytes, controlCharacters: 0 };
  }
}
