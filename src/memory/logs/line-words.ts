// The words of a log's line as hashes, without those that change from record to record.

import { hashFactors, joined, mix } from './line-hash.js';
import {
  characterKinds,
  dateNames as capitalDateNames,
  dateWords,
  hexLetters,
  kindsOf,
  mostCharacters,
} from './word-kinds.js';

/** Different words of a line that count; a line with more is told by its first. */
const mostWords = 256;
const dateNames = new Set(Array.from(capitalDateNames, (name) => name.toLowerCase()));
const { digit, letter, separator } = characterKinds;
const { fnv, golden } = hashFactors;
const kinds = kindsOf(/\W/);
const hyphen = '-'.charCodeAt(0);
/** Makes an upper-case ASCII letter lower-case. */
const caseBit = 0x20;
/** FNV-1a's start. */
const hashStart = 0x811c9dc5;

/**
 * Words are rows of letters, digits and `_`, in any case. What changes from record to record is left out, by the rules of
 * `TemplateMiner`: words with digits, hexadecimal numbers, names of days and months at the start. Other than there, a path
 * is several words, so that the constant part of one that holds a digit counts. Holds one line at a time.
 */
export class LineWords {
  #text = '';
  readonly #words = new Uint32Array(mostCharacters);
  readonly #ends = new Uint16Array(mostCharacters);
  readonly #starts = new Uint16Array(mostCharacters);
  #count = 0;
  #order = 0;

  /** Hash of the words in their order. */
  get order(): number {
    return this.#order;
  }

  /** Takes a line, or the first 4,096 characters of it. */
  read(line: string): void {
    const end = Math.min(line.length, mostCharacters);
    this.#text = line;
    let first = 1;
    let second = 2;
    let count = 0;
    let seenWords = 0;
    let hexBefore = false;
    let at = 0;
    while (at < end) {
      let code = line.charCodeAt(at);
      let kind = kinds[code] ?? letter;
      if (kind === separator) {
        at += 1;
        continue;
      }
      const start = at;
      let hash = hashStart;
      let seen = 0;
      while (kind !== separator) {
        seen |= kind;
        hash = Math.imul(hash ^ (kind === digit ? code : code | caseBit), fnv);
        at += 1;
        if (at === end) break;
        code = line.charCodeAt(at);
        kind = kinds[code] ?? letter;
      }
      const isHex: boolean = (seen & letter) === 0;
      // A later group of a UUID may hold no digit.
      const goesOn: boolean = hexBefore && isHex && start > 0 && line.charCodeAt(start - 1) === hyphen;
      const changes: boolean =
        (seen & digit) !== 0 ||
        goesOn ||
        (isHex && at - start >= hexLetters) ||
        (seenWords < dateWords && at - start === 3 && dateNames.has(line.slice(start, at).toLowerCase()));
      seenWords += 1;
      hexBefore = changes && isHex;
      if (changes) continue;
      const word = mix(hash);
      this.#words[count] = word;
      this.#starts[count] = start;
      this.#ends[count] = at;
      count += 1;
      first = Math.imul(first ^ word, fnv);
      second = Math.imul(second ^ word, golden);
    }
    this.#count = count;
    this.#order = joined(first, second);
  }

  /** Its words, each once, ascending: equal for lines that differ in the order of their words only. */
  bag(): Uint32Array {
    const sorted = this.#words.slice(0, this.#count).sort();
    let kept = 0;
    for (const word of sorted) {
      if (kept > 0 && sorted[kept - 1] === word) continue;
      sorted[kept] = word;
      kept += 1;
    }
    return sorted.slice(0, Math.min(kept, mostWords));
  }

  /** Those of its words that a bag holds, in their order. */
  common(bag: Uint32Array): string {
    const held = new Set(bag);
    const words: string[] = [];
    for (let index = 0; index < this.#count; index += 1) {
      if (held.has(this.#words[index] ?? 0)) words.push(this.#text.slice(this.#starts[index], this.#ends[index]));
    }
    return words.join(' ');
  }
}

/** Hash of a bag. */
export function bagHash(bag: Uint32Array): number {
  let first = 1;
  let second = 2;
  for (const word of bag) {
    first = Math.imul(first ^ word, fnv);
    second = Math.imul(second ^ word, golden);
  }
  return joined(first, second);
}
