// How far a line is from the nearest line of a reference, by weighted words. Constant memory.

import { BagIndex, type Neighbour, type WordVector } from './bag-index.js';
import { bagHash, LineWords } from './line-words.js';
import { RecentMap } from './recent-map.js';

/** Different bags of words kept at most. */
const mostBags = 20_000;
/** Orders of words that are known without a look at the bag. */
const mostOrders = 50_000;

interface KeptBag {
  readonly words: Uint32Array;
  /** Of the line's template. */
  readonly group: number;
  /** The number of the line that had it last. */
  last: number;
}

export interface NearestLinesOptions {
  /** Different bags of words kept at most. */
  readonly capacity?: number;
}

/**
 * The lines of a reference as bags of words, equal ones once. Distance is 1 - cosine of the bags, words weighted by
 * inverse document frequency: ln(1 + bags / (1 + bags with the word)). Nearest neighbours of hashed words are how
 * logreduce (Red Hat, 2017) finds what is new in a build log.
 *
 * Where a log has more bags than are kept, templates with the most give up those that they had longest ago: what names
 * or messages vary in a common line must not drive out lines that came once.
 */
export class NearestLines {
  readonly #capacity: number;
  readonly #line = new LineWords();
  #bags = new Map<number, KeptBag>();
  readonly #orders = new RecentMap<number, true>(mostOrders);
  #lines = 0;
  #index: BagIndex | undefined;

  constructor({ capacity = mostBags }: NearestLinesOptions = {}) {
    this.#capacity = Math.max(1, capacity);
  }

  /** Bags kept. */
  get size(): number {
    return this.#bags.size;
  }

  /** Adds a line of the reference. `group`: its template's id. */
  add(text: string, group: number): void {
    this.#lines += 1;
    this.#line.read(text);
    const { order } = this.#line;
    if (this.#orders.get(order) === true) return;
    this.#orders.set(order, true);
    this.#index = undefined;
    const words = this.#line.bag();
    const hash = bagHash(words);
    const known = this.#bags.get(hash);
    if (known !== undefined) {
      known.last = this.#lines;
      return;
    }
    if (this.#bags.size >= this.#capacity) this.#makeRoom();
    this.#bags.set(hash, { words, group, last: this.#lines });
  }

  /** Whether a line has the words of one in the reference, as far as is known without a look for the nearest. */
  has({ order }: LineWords): boolean {
    return this.#orders.get(order) === true;
  }

  /** The bag of the reference that is nearest to one; or one that is near `enough`, as soon as it is found. */
  nearest(bag: Uint32Array, enough = 0): Neighbour {
    if (bag.length === 0 || this.#bags.has(bagHash(bag))) return { words: bag, distance: 0, looks: 0 };
    return this.#indexed().nearest(bag, enough);
  }

  /** A bag as a vector, to compare it with others. */
  vector(bag: Uint32Array): WordVector {
    const index = this.#indexed();
    return { squares: new Map(Array.from(bag, (word) => [word, index.square(word)])), length: index.length(bag) };
  }

  #indexed(): BagIndex {
    this.#index ??= new BagIndex(Array.from(this.#bags.values(), ({ words }) => words));
    return this.#index;
  }

  /** Drops a quarter: the oldest of the templates that have more than their share. */
  #makeRoom(): void {
    const newestFirst = [...this.#bags].sort(([, a], [, b]) => b.last - a.last);
    /** How many newer ones its template has. */
    const ranks = new Map<number, number>();
    const ranked = newestFirst.map((entry) => {
      const rank = ranks.get(entry[1].group) ?? 0;
      ranks.set(entry[1].group, rank + 1);
      return { entry, rank };
    });
    ranked.sort((a, b) => a.rank - b.rank);
    const kept = ranked.slice(0, Math.floor((this.#capacity * 3) / 4));
    this.#bags = new Map(kept.map(({ entry }) => entry));
  }
}
