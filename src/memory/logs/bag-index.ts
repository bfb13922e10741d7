// Bags of words with an inverted list for each word: which of them is nearest to another.

/** Bags that were the nearest lately, and are tried first. */
const mostTried = 8;
/** Stands for a word that no bag holds. */
const unknown = 0xffffffff;

/** What of a reference is near to a line. */
export interface Neighbour {
  /** Its bag; empty where nothing has a word in common. */
  readonly words: Uint32Array;
  /** From 0 to 1. A line without words is at 0 from any; any other is at 1 from nothing. */
  readonly distance: number;
  /** Bags that it was compared with. */
  readonly looks: number;
}

/** Words and the squares of their weights. */
export interface WordVector {
  readonly squares: ReadonlyMap<number, number>;
  readonly length: number;
}

/** Distance of two vectors, from 0 to 1. */
export function between(left: WordVector, right: WordVector): number {
  let common = 0;
  for (const [word, square] of right.squares) if (left.squares.has(word)) common += square;
  return common === 0 ? 1 : Math.max(0, 1 - common / (left.length * right.length));
}

/** The words of a line as the index searches them. */
interface Query {
  /** Words that the index knows, by their numbers. */
  readonly words: Uint32Array;
  /** Of the vector of all words. */
  readonly length: number;
}

/** A bag by its index; -1 where there is none. */
interface Near {
  readonly index: number;
  readonly distance: number;
}

/** Bags with an inverted list for each word. */
export class BagIndex {
  readonly #bags: readonly Uint32Array[];
  readonly #numbers = new Map<number, number>();
  /** By the numbers of words: their weights, squared. */
  readonly #squares: Float64Array;
  /** The bags that hold each word. */
  readonly #lists: Lists;
  /** The words of each bag. */
  readonly #words: Lists;
  readonly #lengths: Float64Array;
  /** The squares of the words that are searched, and 0 for all others. */
  readonly #searched: Float64Array;
  /** The last search that looked at a bag. */
  readonly #seen: Uint32Array;
  #searches = 0;
  #looks = 0;
  #tried: number[] = [];

  constructor(bags: readonly Uint32Array[]) {
    this.#bags = bags;
    for (const bag of bags) {
      for (const word of bag) if (!this.#numbers.has(word)) this.#numbers.set(word, this.#numbers.size);
    }
    this.#words = listsOf(bags.map((bag) => bag.map((word) => this.#numbers.get(word) ?? 0)));
    this.#lists = inverted(this.#words, this.#numbers.size);
    const { starts } = this.#lists;
    this.#squares = Float64Array.from({ length: this.#numbers.size }, (_, number) =>
      this.#squareOf((starts[number + 1] ?? 0) - (starts[number] ?? 0)),
    );
    this.#lengths = Float64Array.from(bags, (bag) => this.length(bag));
    this.#searched = new Float64Array(this.#numbers.size);
    this.#seen = new Uint32Array(bags.length);
  }

  /** A word's weight, squared. */
  square(word: number): number {
    const number = this.#numbers.get(word);
    return number === undefined ? this.#squareOf(0) : (this.#squares[number] ?? 0);
  }

  /** Of a bag's vector. */
  length(bag: Uint32Array): number {
    let squares = 0;
    for (const word of bag) squares += this.square(word);
    return Math.sqrt(squares);
  }

  nearest(bag: Uint32Array, enough: number): Neighbour {
    this.#searches += 1;
    this.#looks = 0;
    const words = bag.map((word) => this.#numbers.get(word) ?? unknown).filter((number) => number !== unknown);
    for (const word of words) this.#searched[word] = this.#squares[word] ?? 0;
    const query = { words, length: this.length(bag) };
    let best: Near = { index: -1, distance: 1 };
    for (const index of this.#tried) best = this.#nearer(best, index, query);
    if (best.distance > enough) best = this.#search(query, best);
    if (best.index >= 0) this.#try(best.index);
    for (const word of words) this.#searched[word] = 0;
    return { words: this.#bags[best.index] ?? new Uint32Array(), distance: best.distance, looks: this.#looks };
  }

  /** Rarest words first: bags that hold none of the words so far can be no nearer than the rest of them allows. */
  #search(query: Query, found: Near): Near {
    let best = found;
    const square = (word: number): number => this.#squares[word] ?? 0;
    let left = query.words.reduce((sum, word) => sum + square(word), 0);
    for (const word of query.words.toSorted((a, b) => square(b) - square(a))) {
      if (1 - Math.sqrt(Math.max(0, left)) / query.length >= best.distance) break;
      const { starts, values } = this.#lists;
      const end = starts[word + 1] ?? 0;
      for (let at = starts[word] ?? 0; at < end; at += 1) best = this.#nearer(best, values[at] ?? 0, query);
      left -= square(word);
    }
    return best;
  }

  #nearer(best: Near, index: number, { length }: Query): Near {
    if (this.#seen[index] === this.#searches) return best;
    this.#seen[index] = this.#searches;
    this.#looks += 1;
    const { starts, values } = this.#words;
    const end = starts[index + 1] ?? 0;
    let common = 0;
    for (let at = starts[index] ?? 0; at < end; at += 1) common += this.#searched[values[at] ?? 0] ?? 0;
    const distance = Math.max(0, 1 - common / (length * (this.#lengths[index] ?? 1)));
    return distance < best.distance ? { index, distance } : best;
  }

  #try(index: number): void {
    if (this.#tried[0] === index) return;
    this.#tried = [index, ...this.#tried.filter((other) => other !== index)].slice(0, mostTried);
  }

  /** Of a word that so many bags hold. */
  #squareOf(count: number): number {
    return Math.log(1 + this.#bags.length / (1 + count)) ** 2;
  }
}

/** Lists of numbers, one after the other: where each starts, and where the last ends. */
interface Lists {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

function listsOf(lists: readonly Uint32Array[]): Lists {
  const starts = new Uint32Array(lists.length + 1);
  for (const [index, list] of lists.entries()) starts[index + 1] = (starts[index] ?? 0) + list.length;
  const values = new Uint32Array(starts[lists.length] ?? 0);
  for (const [index, list] of lists.entries()) values.set(list, starts[index]);
  return { starts, values };
}

/** For each of `count` values, the lists that hold it. */
function inverted({ starts, values }: Lists, count: number): Lists {
  const from = new Uint32Array(count + 1);
  for (const value of values) from[value + 1] = (from[value + 1] ?? 0) + 1;
  for (let value = 0; value < count; value += 1) from[value + 1] = (from[value + 1] ?? 0) + (from[value] ?? 0);
  const next = from.slice();
  const holders = new Uint32Array(values.length);
  for (let list = 0; list + 1 < starts.length; list += 1) {
    for (const value of values.subarray(starts[list], starts[list + 1])) {
      const at = next[value] ?? 0;
      holders[at] = list;
      next[value] = at + 1;
    }
  }
  return { starts: from, values: holders };
}
