// What is known of a document besides the text that is taken out of it.
import type { ReadProgress, TextChunk } from '../engine/document.js';
import { Chapters } from './chapters.js';

export class Extraction {
  readonly chapters = new Chapters();
  /** Source bytes that were no valid text, and are not told of yet. */
  invalidBytes = 0;
  /** How much of the source has been taken in, from 0 to 1; undefined where that is how much of it was read. */
  share: (() => number) | undefined;
  #isBegun = false;

  /** The text is not the document as it is, but taken out of it. */
  begin(): void {
    this.#isBegun = true;
  }

  /** A chunk of the text, with what is to be told of its source. */
  told(chunk: TextChunk): TextChunk {
    if (this.invalidBytes === 0) return chunk;
    const invalidBytes = chunk.invalidBytes + this.invalidBytes;
    this.invalidBytes = 0;
    return { ...chunk, invalidBytes };
  }

  /** Undefined for a document without chapters, null before the first one. */
  chapterAt(line: number): string | null | undefined {
    return this.#isBegun ? this.chapters.at(line) : undefined;
  }

  /** In bytes of the text, of which there are `textBytes` so far. How many there will be is an estimate until the end. */
  progress(textBytes: number, source: ReadProgress): ReadProgress {
    if (!this.#isBegun) return source;
    const share = this.share?.() ?? source.bytes / (source.totalBytes ?? Infinity);
    return { bytes: textBytes, totalBytes: share > 0 ? Math.round(textBytes / share) : undefined };
  }
}
