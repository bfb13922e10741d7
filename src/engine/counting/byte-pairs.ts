// Byte-pair merging in O(n log n): the textbook loop looks for the best pair again after every merge, which takes
// quadratic time on a long piece.

import { rankOf, type RankTable } from './rank-table.js';

/** A pair as one number, ordered by rank, then by place: ranks are below 2^21, places below 2^32. */
const places = 2 ** 32;
const noPair = -1;

/** Merges pieces, one after the other; its memory is that of the longest one so far. */
export class BytePairMerger {
  readonly #table: RankTable;
  readonly #queue = new PriorityQueue();
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;
  /** The parts of the piece, each known by its first byte, as a linked list. */
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  /** Rank of the token that a part and the next one form. A queued pair with another rank is out of date. */
  #ranks = new Int32Array(0);
  /** Pairs looked up so far: the work done. */
  lookups = 0;

  constructor(table: RankTable) {
    this.#table = table;
  }

  /**
   * How many tokens the piece `bytes[0..length]` becomes: the two neighbours that form the token of the lowest rank,
   * the leftmost of such pairs, are merged until no two neighbours form a token (Sennrich et al. 2016, algorithm 1).
   */
  count(bytes: Uint8Array, length: number): number {
    if (length <= 1 || rankOf(this.#table, bytes, 0, length) >= 0) return Math.min(1, length);
    this.#begin(bytes, length);
    let parts = length;
    for (let place = 0; place < length - 1; place += 1) this.#look(place);
    for (let key = this.#queue.take(); key !== undefined; key = this.#queue.take()) {
      const rank = Math.floor(key / places);
      const place = key - rank * places;
      if (this.#ranks[place] !== rank) continue;
      this.#merge(place);
      parts -= 1;
    }
    return parts;
  }

  #begin(bytes: Uint8Array, length: number): void {
    this.#bytes = bytes;
    this.#length = length;
    if (this.#next.length < length) {
      const capacity = Math.max(64, 2 ** Math.ceil(Math.log2(length)));
      this.#next = new Int32Array(capacity);
      this.#previous = new Int32Array(capacity);
      this.#ranks = new Int32Array(capacity);
    }
    for (let place = 0; place < length; place += 1) {
      this.#next[place] = place + 1;
      this.#previous[place] = place - 1;
    }
    this.#ranks[length - 1] = noPair;
  }

  #merge(place: number): void {
    const merged = this.#next[place] ?? 0;
    const following = this.#next[merged] ?? 0;
    this.#ranks[merged] = noPair;
    this.#next[place] = following;
    if (following < this.#length) this.#previous[following] = place;
    this.#look(place);
    const preceding = this.#previous[place] ?? noPair;
    if (preceding >= 0) this.#look(preceding);
  }

  /** Finds what a part and the next one form. */
  #look(place: number): void {
    const middle = this.#next[place] ?? 0;
    let rank = noPair;
    if (middle < this.#length) {
      rank = rankOf(this.#table, this.#bytes, place, this.#next[middle] ?? 0);
      this.lookups += 1;
    }
    this.#ranks[place] = rank;
    if (rank !== noPair) this.#queue.add(rank * places + place);
  }
}

/** A binary heap of numbers, the lowest first. */
class PriorityQueue {
  #heap = new Float64Array(64);
  #size = 0;

  add(key: number): void {
    if (this.#size === this.#heap.length) {
      const larger = new Float64Array(2 * this.#size);
      larger.set(this.#heap);
      this.#heap = larger;
    }
    const heap = this.#heap;
    let index = this.#size;
    this.#size += 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] ?? 0;
      if (above <= key) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = key;
  }

  take(): number | undefined {
    if (this.#size === 0) return undefined;
    const heap = this.#heap;
    const lowest = heap[0];
    this.#size -= 1;
    const size = this.#size;
    const key = heap[size] ?? 0;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
      const below = heap[child] ?? 0;
      if (below >= key) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = key;
    return lowest;
  }
}
