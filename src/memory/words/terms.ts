// Which terms a document uses, and how its passages are weighted by them. Constant memory: terms share hashed slots.

import { searchable } from './search-words.js';

/** Terms of a passage: their slots, each once, and how often each occurs. */
export interface Terms {
  readonly slots: Uint32Array;
  readonly counts: Float32Array;
}

const slotCount = 1 << 17;
const word = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)?/gu;

export function wordsIn(text: string): string[] {
  return searchable(text).toLowerCase().match(word) ?? [];
}

export function termsOf(text: string): Terms {
  const counts = new Map<number, number>();
  for (const term of wordsIn(text)) {
    const slot = slotOf(term);
    counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  return { slots: Uint32Array.from(counts.keys()), counts: Float32Array.from(counts.values()) };
}

/** Statistics as data. */
export interface TermState {
  readonly passagesWith: Float64Array;
  readonly sum: Float64Array;
  readonly weights: number;
  readonly passages: number;
}

/**
 * Centrality of passages: how similar a passage is to all passages of the document together, by TF-IDF vectors. On a
 * graph of passages weighted by similarity this degree is where a random walk without teleporting settles, that is
 * TextRank (Mihalcea and Tarau 2004) with a damping of 1; it needs no pairs, only a sum of vectors. The sum is kept of
 * term counts scaled to length 1, and weighted by rarity when it is asked for. Earlier passages count more, since most
 * documents say first what they are about (the gain is measured in test/bench/digest.mjs).
 */
export class TermStatistics {
  /** Passages that hold a term. */
  readonly #passagesWith = new Float64Array(slotCount);
  /** Sum over the passages of their term counts, scaled to length 1. */
  readonly #sum = new Float64Array(slotCount);
  #weights = 0;
  passages = 0;

  static from(state: TermState): TermStatistics {
    const statistics = new TermStatistics();
    statistics.#passagesWith.set(state.passagesWith);
    statistics.#sum.set(state.sum);
    statistics.#weights = state.weights;
    statistics.passages = state.passages;
    return statistics;
  }

  /** Not a copy: it is to be written before anything is added. */
  state(): TermState {
    return { passagesWith: this.#passagesWith, sum: this.#sum, weights: this.#weights, passages: this.passages };
  }

  /** Returns what the passage counts for. */
  add(terms: Terms): number {
    this.passages += 1;
    const passageWeight = 1 / Math.log(Math.E + this.passages);
    this.#weights += passageWeight;
    const scale = passageWeight / countLength(terms);
    terms.slots.forEach((slot, index) => {
      this.#passagesWith[slot] = (this.#passagesWith[slot] ?? 0) + 1;
      this.#sum[slot] = (this.#sum[slot] ?? 0) + (terms.counts[index] ?? 0) * scale;
    });
    return passageWeight;
  }

  /**
   * Mean over the other passages of the projection of their vector on that of `terms`. `ownWeight`: what adding
   * `terms` returned; 0 for terms that were not added. `said`: how often a slot's term was said elsewhere; each time it
   * counts less, as 1, 1/2, 1/3 ...
   */
  centrality(terms: Terms, ownWeight: number, said?: ReadonlyMap<number, number>): number {
    const length = this.#length(terms);
    if (length === 0 || this.passages < 2) return 0;
    const own = ownWeight / countLength(terms);
    let sum = 0;
    terms.slots.forEach((slot, index) => {
      const count = terms.counts[index] ?? 0;
      const others = Math.max(0, (this.#sum[slot] ?? 0) - own * count);
      sum += (count * this.#weight(slot) ** 2 * others) / (1 + (said?.get(slot) ?? 0));
    });
    return sum / length / (this.#weights - ownWeight);
  }

  /** Mean over the terms of -ln of the share of passages that hold them, in nats; half a passage for none. */
  strangeness({ slots }: Terms): number {
    if (slots.length === 0) return 0;
    const nats = (slot: number): number => -Math.log(((this.#passagesWith[slot] ?? 0) + 0.5) / (this.passages + 1));
    return slots.reduce((sum, slot) => sum + nats(slot), 0) / slots.length;
  }

  /** How rare a word is, in nats: its inverse document frequency. */
  rarity(word: string): number {
    return this.#weight(slotOf(word));
  }

  /** Cosine similarity of two passages. */
  similarity(left: Terms, right: Terms): number {
    const counts = new Map(Array.from(left.slots, (slot, index) => [slot, left.counts[index] ?? 0]));
    let sum = 0;
    right.slots.forEach((slot, index) => {
      const count = counts.get(slot);
      if (count !== undefined) sum += count * (right.counts[index] ?? 0) * this.#weight(slot) ** 2;
    });
    return sum === 0 ? 0 : sum / (this.#length(left) * this.#length(right));
  }

  /** Length of a passage's vector. */
  #length(terms: Terms): number {
    let squares = 0;
    terms.slots.forEach((slot, index) => (squares += ((terms.counts[index] ?? 0) * this.#weight(slot)) ** 2));
    return Math.sqrt(squares);
  }

  /** Inverse document frequency, never negative. */
  #weight(slot: number): number {
    return Math.log(1 + this.passages / (1 + (this.#passagesWith[slot] ?? 0)));
  }
}

function countLength({ counts }: Terms): number {
  return Math.sqrt(counts.reduce((sum, count) => sum + count * count, 0));
}

function slotOf(term: string): number {
  return hash(term) % slotCount;
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
