// Brings back what was read of documents: by a query, in the words of the original.

import type { ByteRange, LineRange } from '../engine/events.js';
import { toUnspoolError, type UnspoolError } from '../errors.js';
import type { CitedSpan } from './cited-spans.js';
import { wordsOf } from './search-words.js';
import type { SpanIndex } from './span-index.js';

/** Where a span's text can be read again. */
export interface Place {
  readonly where: 'document' | 'copy';
  readonly offset: number;
  readonly size: number;
  readonly checksum: number;
}

/** What keeps the texts of documents of this kind. */
export interface TextStore<Original> {
  keep(span: CitedSpan, original: Original): Promise<Place>;
  read(place: Place, original: Original): Promise<string>;
}

/** A span, read again. */
export interface Recalled<Original> {
  readonly original: Original;
  readonly text: string;
  readonly lines: LineRange;
  readonly bytes: ByteRange;
  /** BM25: higher is better; comparable within a recall. */
  readonly score: number;
  /** How many spans were added before it. */
  readonly ordinal: number;
}

/** What was recalled. */
export interface Recollection<Original> {
  readonly spans: readonly Recalled<Original>[];
  readonly failures: readonly UnspoolError[];
}

export class Recall<Original> {
  readonly #index: SpanIndex;
  readonly #store: TextStore<Original>;
  readonly #originals: Original[] = [];

  constructor(index: SpanIndex, store: TextStore<Original>) {
    this.#index = index;
    this.#store = store;
  }

  /** How many spans can be recalled. */
  get spans(): number {
    return this.#index.spans;
  }

  /** The spans of a document that are added until the next one's. */
  begin(original: Original): void {
    this.#originals.push(original);
  }

  async add(span: CitedSpan): Promise<void> {
    const document = this.#originals.length - 1;
    const original = this.#originals[document];
    if (original === undefined) throw new Error('no document was begun');
    const { where, offset, size, checksum } = await this.#store.keep(span, original);
    const [[byte, endByte], [line, endLine]] = [span.bytes, span.lines];
    const isCopy = where === 'copy' ? 1 : 0;
    this.#index.add(span.text, { document, byte, endByte, line, endLine, isCopy, offset, size, checksum });
  }

  /** The best `most` spans for a query, the best first. Those that cannot be read any more are told as failures. */
  async recall(query: string, most: number): Promise<Recollection<Original>> {
    const spans: Recalled<Original>[] = [];
    const failures: UnspoolError[] = [];
    for (const hit of this.#index.search(wordsOf(query), most)) {
      const original = this.#originals[hit.document];
      if (original === undefined) continue;
      const { offset, size, checksum, score, ordinal } = hit;
      const where = hit.isCopy === 1 ? 'copy' : 'document';
      try {
        const text = await this.#store.read({ where, offset, size, checksum }, original);
        spans.push({ original, text, lines: [hit.line, hit.endLine], bytes: [hit.byte, hit.endByte], score, ordinal });
      } catch (error) {
        failures.push(toUnspoolError(error));
      }
    }
    return { spans, failures };
  }

  /** The words of a query that no span holds. */
  unknownWords(query: string): string[] {
    return wordsOf(query).filter((word) => !this.#index.holds(word));
  }
}
