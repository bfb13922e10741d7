// A document's clean text in batches that can be counted apart, in any order, on any thread.

import type { TextChunk } from '../document.js';
import { endsInWhiteSpace, lastSafeCut } from './safe-cuts.js';

export interface TextBatch {
  /** One text in parts: whoever counts it joins them. Joining takes longer than reading. */
  readonly parts: readonly string[];
  /** Whether the text before it ended within a word. */
  readonly inWord: boolean;
}

/** In UTF-16 code units. */
export interface BatchLengths {
  /** A part has at least so many: documents with control characters come in tiny chunks. */
  readonly part: number;
  /** A batch has at least so many, unless the text ends: worth sending to another thread. */
  readonly usual: number;
  /** A stretch without a safe cut is cut all the same once it is this long, so that memory stays bounded. */
  readonly longest: number;
}

const defaultLengths: BatchLengths = { part: 32 * 1024, usual: 256 * 1024, longest: 4 * 1024 * 1024 };

/** Collects chunks into batches. Holds one batch, or a stretch that offers no place to cut. */
export class Batcher {
  readonly #lengths: BatchLengths;
  #parts: string[] = [];
  /** Of the parts. */
  #length = 0;
  /** Becomes the next part. */
  #text = '';
  #inWord = false;
  /** How often a stretch was cut where its tokens may differ from those of the whole: each time by a few. */
  forcedCuts = 0;

  constructor(lengths = defaultLengths) {
    this.#lengths = lengths;
  }

  /** Takes a chunk; returns a batch when one is full. */
  push(chunk: TextChunk): TextBatch | undefined {
    this.#text += chunk.text;
    if (this.#text.length < this.#lengths.part) return undefined;
    if (this.#length + this.#text.length >= this.#lengths.usual) {
      const cut = lastSafeCut(this.#text);
      if (cut !== undefined) return this.#take(cut);
    }
    if (this.#length + this.#text.length >= this.#lengths.longest) {
      this.forcedCuts += 1;
      return this.#take(this.#text.length);
    }
    this.#parts.push(this.#text);
    this.#length += this.#text.length;
    this.#text = '';
    return undefined;
  }

  /** The rest, once all chunks are pushed; undefined where nothing is left. */
  end(): TextBatch | undefined {
    return this.#length + this.#text.length === 0 ? undefined : this.#take(this.#text.length);
  }

  /** All parts and so much of the text after them. */
  #take(length: number): TextBatch {
    const last = this.#text.slice(0, length);
    const batch = { parts: [...this.#parts, last], inWord: this.#inWord };
    this.#inWord = !endsInWhiteSpace(last === '' ? (this.#parts.at(-1) ?? '') : last);
    this.#parts = [];
    this.#length = 0;
    this.#text = this.#text.slice(length);
    return batch;
  }
}
