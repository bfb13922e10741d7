// Brings back what was read of documents: by a query, in the words of the original.

import type { ByteRange, LineRange } from '../../engine/events/events.js';
import { toUnspoolError, type UnspoolError } from '../../errors.js';
import type { CitedSpan } from './cited-spans.js';
import type { Meaning } from './meaning.js';
import { fuseRanks } from './rank-fusion.js';
import { wordsOf } from '../words/search-words.js';
import type { Numbers, SpanIndex } from './span-index.js';

/** Where a span's text can be read again. */
export interface TextLocation {
  readonly where: 'document' | 'copy';
  readonly offset: number;
  readonly size: number;
  readonly checksum: number;
}

/** What keeps the texts of documents of this kind. */
export interface TextStore<Original> {
  keep(span: CitedSpan, original: Original): Promise<TextLocation>;
  read(location: TextLocation, original: Original): Promise<string>;
}

/** How a span was found. */
export interface SpanRank {
  /** BM25, or where spans are found by meaning too, the sum of the fused ranks. Higher is better; comparable within a recall. */
  readonly score: number;
  /** Its places by words and by meaning, from 1, null where it is not among the best; absent by words alone. */
  readonly ranks?: { readonly words: number | null; readonly meaning: number | null };
  /** Cosine between question and span; null where it is not among the nearest, absent by words alone. */
  readonly similarity?: number | null;
}

/** A span, by its number in the index. */
interface RankedSpan {
  readonly id: number;
  readonly numbers: Numbers;
  readonly standing: SpanRank;
}

/** A span, read again. */
export interface RecalledSpan<Original> extends SpanRank {
  readonly original: Original;
  readonly text: string;
  readonly lines: LineRange;
  readonly bytes: ByteRange;
  /** How many spans were added before it. */
  readonly ordinal: number;
}

/** What was recalled. */
export interface RecalledSpans<Original> {
  readonly spans: readonly RecalledSpan<Original>[];
  readonly failures: readonly UnspoolError[];
}

/** Finds spans by meaning beside those found by words, as long as it can. */
export interface ByMeaning {
  readonly meaning: Meaning;
  /** Called once, where it no longer can: words are left. */
  readonly onLost: (failure: UnspoolError) => void;
}

export class Recall<Original> {
  readonly #index: SpanIndex;
  readonly #store: TextStore<Original>;
  #byMeaning: ByMeaning | undefined;
  readonly #originals: Original[] = [];

  constructor(index: SpanIndex, store: TextStore<Original>, byMeaning?: ByMeaning) {
    this.#index = index;
    this.#store = store;
    this.#byMeaning = byMeaning;
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
    await this.#mean((meaning) => meaning.add(span.text));
  }

  /** All spans that were added can be found by their meaning then. */
  async complete(): Promise<void> {
    await this.#mean((meaning) => meaning.complete());
  }

  /**
   * The best `most` spans for a query, the best first; none where no span holds a word of it, and none stands out by
   * meaning. Those that cannot be read any more are told as failures.
   */
  async recall(query: string, most: number): Promise<RecalledSpans<Original>> {
    const spans: RecalledSpan<Original>[] = [];
    const failures: UnspoolError[] = [];
    for (const { id, numbers, standing } of await this.#find(query, most)) {
      const original = this.#originals[numbers.document];
      if (original === undefined) continue;
      const { offset, size, checksum, byte, endByte, line, endLine } = numbers;
      const where = numbers.isCopy === 1 ? 'copy' : 'document';
      try {
        const text = await this.#store.read({ where, offset, size, checksum }, original);
        const place = { lines: [line, endLine], bytes: [byte, endByte], ordinal: id - 1 } as const;
        spans.push({ original, text, ...place, ...standing });
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

  async #find(query: string, most: number): Promise<readonly RankedSpan[]> {
    // Of each ranking, no more than are wanted: what stands far down in both would come before what is first in one.
    const hits = this.#index.search(wordsOf(query), most);
    const near = await this.#mean(async (meaning) => {
      const nearest = await meaning.nearest(query, most);
      const [first] = nearest;
      const isFound = hits.length > 0 || (first !== undefined && (await meaning.standsOut(first.similarity)));
      return isFound ? nearest : [];
    });
    if (near === undefined) {
      return hits.map((hit) => ({ id: hit.id, numbers: hit, standing: { score: hit.score } }));
    }
    const similarities = new Map(near.map(({ owner, similarity }) => [owner, similarity]));
    const rankings = [hits.map(({ id }) => id), [...similarities.keys()]];
    return fuseRanks(rankings)
      .slice(0, most)
      .flatMap(({ id, score, ranks: [byWords = null, byMeaning = null] }) => {
        const numbers = this.#index.numbersOf(id);
        const ranks = { words: byWords, meaning: byMeaning };
        const similarity = similarities.get(id) ?? null;
        return numbers === undefined ? [] : [{ id, numbers, standing: { score, ranks, similarity } }];
      });
  }

  /** Undefined where nothing is found by meaning, or no longer. */
  async #mean<Result>(work: (meaning: Meaning) => Promise<Result>): Promise<Result | undefined> {
    const byMeaning = this.#byMeaning;
    if (byMeaning === undefined) return undefined;
    try {
      return await work(byMeaning.meaning);
    } catch (error) {
      this.#byMeaning = undefined;
      byMeaning.onLost(toUnspoolError(error));
      return undefined;
    }
  }
}
