// A document's clean text in batches that can be counted apart, in any order, on any thread.

import type { TextChunk } from './document.js';
import { endsInWhiteSpace, lastSafeCut } from './safe-cuts.js';

export interface TextBatch {
  readonly text: string;
  /** Whether the text before it ended within a word. */
  readonly inWord: boolean;
}

/** In UTF-16 code units. */
export interface BatchLengths {
  /** A batch has at least so many, unless the text ends: worth sending to another thread. */
  readonly usual: number;
  /** A stretch without a safe cut is cut all the same once it is this long, so that memory stays bounded. */
  readonly longest: number;
}

const defaultLengths: BatchLengths = { usual: 256 * 1024, longest: 4 * 1024 * 1024 };

/** Collects chunks into batches. Holds one batch, or a stretch that offers no place to cut. */
export class Batcher {
  readonly #lengths: BatchLengths;
  #text = '';
  /** Up to here no place to cut was found. */
  #searched = 0;
  #inWord = false;
  /** How often a stretch was cut where its tokens may differ from those of the whole: each time by a few. */
  forcedCuts = 0;

  constructor(lengths = defaultLengths) {
    this.#lengths = lengths;
  }

  /** Takes a chunk; returns a batch when one is full. */
  push(chunk: TextChunk): TextBatch | undefined {
    this.#text += chunk.text;
    if (this.#text.length - this.#searched < this.#lengths.usual) return undefined;
    const cut = lastSafeCut(this.#text, this.#searched);
    if (cut !== undefined) return this.#take(cut);
    this.#searched = this.#text.length;
    if (this.#text.length < this.#lengths.longest) return undefined;
    this.forcedCuts += 1;
    return this.#take(this.#text.length);
  }

  /** The rest, once all chunks are pushed; undefined where nothing is left. */
  end(): TextBatch | undefined {
    return this.#text === '' ? undefined : this.#take(this.#text.length);
  }

  #take(length: number): TextBatch {
    const batch = { text: this.#text.slice(0, length), inWord: this.#inWord };
    this.#text = this.#text.slice(length);
    this.#searched = 0;
    this.#inWord = !endsInWhiteSpace(batch.text);
    return batch;
  }
}
