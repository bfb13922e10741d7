// How far a line is from the nearest line of a reference, by weighted words. Constant memory.

import { bagHash, LineWords } from './line-words.js';
import { RecentMap } from './recent-map.js';

/** Different bags of words kept at most. */
const mostBags = 20_000;
/** Orders of words that are known without a look at the bag. */
const mostOrders = 50_000;
/** Bags that were the nearest lately, and are tried first. */
const mostTried = 8;

interface KeptBag {
  readonly words: Uint32Array;
  /** Of the line's template. */
  readonly group: number;
  /** The number of the line that had it last. */
  last: number;
}

/** What of a reference is near to a line. */
export interface Neighbour {
  /** Its bag; empty where nothing has a word in common. */
  readonly words: Uint32Array;
  /** From 0 to 1. A line without words is at 0 from any; any other is at 1 from nothing. */
  readonly distance: number;
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
    if (bag.length === 0 || this.#bags.has(bagHash(bag))) return { words: bag, distance: 0 };
    return this.#indexed().nearest(bag, enough);
  }

  /** Between two bags, by the weights of the reference's words. */
  between(left: Uint32Array, right: Uint32Array): number {
    const index = this.#indexed();
    const words = new Set(left);
    let common = 0;
    for (const word of right) if (words.has(word)) common += index.weight(word);
    return common === 0 ? 1 : Math.max(0, 1 - common / (index.length(left) * index.length(right)));
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

interface Query {
  /** Squared weights of the words that the index knows. */
  readonly squares: ReadonlyMap<number, number>;
  /** Of the vector of all words. */
  readonly length: number;
}

/** A bag by its index; -1 where there is none. */
interface Near {
  readonly index: number;
  readonly distance: number;
}

/** Bags with an inverted list for each word. */
class BagIndex {
  readonly #bags: readonly Uint32Array[];
  /** Numbers of words, in the order of the lists. */
  readonly #numbers = new Map<number, number>();
  /** Squared. */
  readonly #weights: Float64Array;
  /** Where each word's list starts in `#lists`. */
  readonly #starts: Uint32Array;
  readonly #lists: Uint32Array;
  readonly #lengths: Float64Array;
  /** The last search that looked at a bag. */
  readonly #seen: Uint32Array;
  #searches = 0;
  #tried: number[] = [];

  constructor(bags: readonly Uint32Array[]) {
    this.#bags = bags;
    const counts: number[] = [];
    for (const bag of bags) {
      for (const word of bag) {
        const number = this.#numbers.get(word) ?? this.#numbers.size;
        if (number === counts.length) {
          this.#numbers.set(word, number);
          counts.push(0);
        }
        counts[number] = (counts[number] ?? 0) + 1;
      }
    }
    this.#weights = Float64Array.from(counts, (count) => this.#weight(count));
    this.#starts = new Uint32Array(counts.length + 1);
    for (const [number, count] of counts.entries()) this.#starts[number + 1] = (this.#starts[number] ?? 0) + count;
    this.#lists = new Uint32Array(this.#starts[counts.length] ?? 0);
    const next = this.#starts.slice();
    for (const [index, bag] of bags.entries()) {
      for (const word of bag) {
        const number = this.#numbers.get(word) ?? 0;
        this.#lists[next[number] ?? 0] = index;
        next[number] = (next[number] ?? 0) + 1;
      }
    }
    this.#lengths = Float64Array.from(bags, (bag) => this.length(bag));
    this.#seen = new Uint32Array(bags.length);
  }

  /** Squared. */
  weight(word: number): number {
    const number = this.#numbers.get(word);
    return number === undefined ? this.#weight(0) : (this.#weights[number] ?? 0);
  }

  /** Of a bag's vector. */
  length(bag: Uint32Array): number {
    let squares = 0;
    for (const word of bag) squares += this.weight(word);
    return Math.sqrt(squares);
  }

  nearest(bag: Uint32Array, enough: number): Neighbour {
    this.#searches += 1;
    const squares = new Map<number, number>();
    for (const word of bag) if (this.#numbers.has(word)) squares.set(word, this.weight(word));
    const query = { squares, length: this.length(bag) };
    let best: Near = { index: -1, distance: 1 };
    for (const index of this.#tried) best = this.#nearer(best, index, query);
    if (best.distance > enough) best = this.#search(query, best);
    if (best.index >= 0) this.#try(best.index);
    return { words: this.#bags[best.index] ?? new Uint32Array(), distance: best.distance };
  }

  /** Rarest words first: bags that hold none of the words so far can be no nearer than the rest of them allows. */
  #search(query: Query, found: Near): Near {
    let best = found;
    let left = 0;
    for (const square of query.squares.values()) left += square;
    for (const [word, square] of [...query.squares].sort(([, a], [, b]) => b - a)) {
      if (1 - Math.sqrt(Math.max(0, left)) / query.length >= best.distance) break;
      const number = this.#numbers.get(word) ?? 0;
      for (let at = this.#starts[number] ?? 0; at < (this.#starts[number + 1] ?? 0); at += 1) {
        best = this.#nearer(best, this.#lists[at] ?? 0, query);
      }
      left -= square;
    }
    return best;
  }

  #nearer(best: Near, index: number, { squares, length }: Query): Near {
    if (this.#seen[index] === this.#searches) return best;
    this.#seen[index] = this.#searches;
    let common = 0;
    for (const word of this.#bags[index] ?? []) common += squares.get(word) ?? 0;
    const distance = Math.max(0, 1 - common / (length * (this.#lengths[index] ?? 1)));
    return distance < best.distance ? { index, distance } : best;
  }

  #try(index: number): void {
    if (this.#tried[0] === index) return;
    this.#tried = [index, ...this.#tried.filter((other) => other !== index)].slice(0, mostTried);
  }

  #weight(count: number): number {
    return Math.log(1 + this.#bags.length / (1 + count)) ** 2;
  }
}
