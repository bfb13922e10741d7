// Counts words, characters and the tokens of byte-pair encodings, part by part. Texts repeat themselves: the counts of
// short parts are kept.

import { BytePairMerger } from './byte-pairs.js';
import type { RankTable } from './rank-table.js';
import { visitSegments, type Characters } from './safe-cuts.js';

/** A byte-pair encoding. Can be sent to another thread. */
export interface TokenEncoding {
  readonly name: string;
  /** Global: what it matches, one after the other, are the pieces of a text. */
  readonly pattern: RegExp;
  readonly ranks: RankTable;
}

/** What a stretch of text adds to the counts of its document. */
export interface TextCounts extends Characters {
  /** For each encoding, in their order. */
  readonly tokens: readonly number[];
}

/** Parts of up to so many UTF-16 code units are kept ... */
const keptLength = 24;
/** ... in so many slots ... */
const slotCount = 2 ** 16;
/** ... each part in one of the next so many after where its hash points. */
const ways = 8;
/** A slot is one line of a processor's cache: hash (4 bytes), length (1), tokens by encoding (1 each), code units. */
const slotBytes = 64;
const lengthByte = 4;
const tokenByte = 5;
const unitByte = slotBytes - 2 * keptLength;

export class TextCounter {
  readonly #encodings: readonly { readonly pattern: RegExp; readonly merger: BytePairMerger }[];
  readonly #tokens: Float64Array;
  readonly #slots = new Uint8Array(slotCount * slotBytes);
  readonly #hashes = new Int32Array(this.#slots.buffer);
  readonly #units = new Uint16Array(this.#slots.buffer);
  /** Which of its slots a part takes where none is free: each in turn. */
  #turn = 0;
  readonly #encoder = new TextEncoder();
  /** Parts that were not at hand, so far: the work done. */
  measured = 0;
  #bytes = new Uint8Array(1024);

  /** At most as many as a slot has room for: `unitByte - tokenByte`. */
  constructor(encodings: readonly TokenEncoding[]) {
    this.#encodings = encodings.map(({ pattern, ranks }) => ({ pattern, merger: new BytePairMerger(ranks) }));
    this.#tokens = new Float64Array(encodings.length);
  }

  /** `text` starts and ends where cuts are safe. `inWord`: what came before it ended within a word. */
  count(text: string, inWord: boolean): TextCounts {
    this.#tokens.fill(0);
    const characters = visitSegments(text, inWord, (from, to, hash) => {
      if (to - from <= keptLength) this.#addKept(this.#slotOf(text, from, to, hash));
      else this.#addMeasured(text.slice(from, to));
    });
    return { ...characters, tokens: Array.from(this.#tokens) };
  }

  #addKept(slot: number): void {
    const first = slot * slotBytes + tokenByte;
    for (let index = 0; index < this.#tokens.length; index += 1) this.#add(index, this.#slots[first + index] ?? 0);
  }

  #addMeasured(segment: string): void {
    for (let index = 0; index < this.#tokens.length; index += 1) this.#add(index, this.#measure(index, segment));
  }

  #add(index: number, tokens: number): void {
    this.#tokens[index] = (this.#tokens[index] ?? 0) + tokens;
  }

  /** Where the part `text[from..to]` is kept. A new one is measured. */
  #slotOf(text: string, from: number, to: number, hash: number): number {
    const start = (hash ^ (hash >>> 15)) & (slotCount - 1);
    for (let way = 0; way < ways; way += 1) {
      const slot = (start + way) & (slotCount - 1);
      const length = this.#slots[slot * slotBytes + lengthByte];
      if (length === 0) return this.#keep(slot, text.slice(from, to), hash);
      if (length === to - from && this.#holds(slot, text, from, to, hash)) return slot;
    }
    this.#turn = (this.#turn + 1) % ways;
    return this.#keep((start + this.#turn) & (slotCount - 1), text.slice(from, to), hash);
  }

  #holds(slot: number, text: string, from: number, to: number, hash: number): boolean {
    if (this.#hashes[slot * (slotBytes / 4)] !== hash) return false;
    const first = (slot * slotBytes + unitByte) / 2 - from;
    for (let index = from; index < to; index += 1)
      if (this.#units[first + index] !== text.charCodeAt(index)) return false;
    return true;
  }

  #keep(slot: number, segment: string, hash: number): number {
    const first = slot * slotBytes;
    this.#hashes[first / 4] = hash;
    this.#slots[first + lengthByte] = segment.length;
    // A part of 24 code units has at most 72 tokens, its bytes.
    for (let index = 0; index < this.#tokens.length; index += 1)
      this.#slots[first + tokenByte + index] = this.#measure(index, segment);
    for (let index = 0; index < segment.length; index += 1)
      this.#units[(first + unitByte) / 2 + index] = segment.charCodeAt(index);
    return slot;
  }

  /** Tokens of a part by an encoding. */
  #measure(index: number, segment: string): number {
    const encoding = this.#encodings[index];
    if (encoding === undefined) return 0;
    this.measured += 1;
    let tokens = 0;
    for (const piece of segment.match(encoding.pattern) ?? []) {
      if (this.#bytes.length < 3 * piece.length) this.#bytes = new Uint8Array(3 * piece.length);
      const { written } = this.#encoder.encodeInto(piece, this.#bytes);
      tokens += encoding.merger.count(this.#bytes, written);
    }
    return tokens;
  }
}
