// Clean text that waits to be taken, with its place in the source.

import { sourceBytes, type TextChunk } from '../../engine/document.js';
import type { ByteRange, LineRange } from '../../engine/events/events.js';
import { documentStart, type Position } from '../../engine/tokens/token-stream.js';

export interface QueuedText {
  readonly text: string;
  readonly lines: LineRange;
  /** Where it begins, what was taken before it ends. */
  readonly bytes: ByteRange;
}

export class TextQueue {
  /** Text that waits, and its chunks, each with the UTF-16 code units of it that are gone. */
  text = '';
  #chunks: { readonly chunk: TextChunk; gone: number }[] = [];
  #position = documentStart;

  /** After what was taken; at the end also after what cleaning removed there. */
  get position(): Position {
    return this.#position;
  }

  push(chunk: TextChunk): void {
    this.text += chunk.text;
    this.#chunks.push({ chunk, gone: 0 });
  }

  /** Takes the first `length` code units. */
  take(length: number): QueuedText {
    const before = this.#position;
    const text = this.text.slice(0, length);
    this.text = this.text.slice(length);
    let first: number | undefined;
    for (let left = length; left > 0 || this.#chunks[0]?.chunk.text === '';) {
      const [head] = this.#chunks;
      if (head === undefined) throw new RangeError('more text was taken than there is');
      const { chunk } = head;
      const from = head.gone;
      head.gone = Math.min(chunk.text.length, from + left);
      left -= head.gone - from;
      if (from === 0) this.#enter(chunk);
      if (head.gone > from) first ??= lineAt(chunk, from);
      this.#advance(chunk, from, head.gone);
      if (head.gone === chunk.text.length) this.#chunks.shift();
    }
    const { bytes, lines } = this.#position;
    return { text, lines: [first ?? lines, lines], bytes: [before.bytes, bytes] };
  }

  #enter({ invalidBytes, controlCharacters }: TextChunk): void {
    const { invalidBytes: invalid, controlCharacters: removed } = this.#position;
    this.#position = {
      ...this.#position,
      invalidBytes: invalid + invalidBytes,
      controlCharacters: removed + controlCharacters,
    };
  }

  #advance(chunk: TextChunk, from: number, to: number): void {
    const ends = to === chunk.text.length;
    this.#position = {
      ...this.#position,
      bytes: ends ? chunk.endByte : chunk.byte + sourceBytes(chunk.text.slice(0, to), chunk.encoding),
      lines: to > from ? lineAt(chunk, to - 1) : this.#position.lines,
      textBytes: this.#position.textBytes + Buffer.byteLength(chunk.text.slice(from, to)),
    };
  }
}

/** The line of the code unit at `index`. */
function lineAt({ text, line }: TextChunk, index: number): number {
  let lines = line;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
