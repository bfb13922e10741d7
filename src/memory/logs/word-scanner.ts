// Finds the words of a log's line, and which of them change from record to record. One pass over its characters.

import { hashFactors, joined } from './line-hash.js';
import { characterKinds, dateNames, dateWords, hexLetters, kindsOf, mostCharacters } from './word-kinds.js';

const { hexLetter, digit, letter, separator } = characterKinds;
const { golden, murmur } = hashFactors;
const kinds = kindsOf(/[\s=:,;()[\]{}"'|&?]/);
const colon = 0x3a;
/** Stand for the end of a constant word and for a variable word; no character has these codes. */
const wordEnd = 0x10001;
const variableMark = 0x10002;

/** Words with digits are variable, and a row of variable words counts as one. Holds one line at a time. */
export class WordScanner {
  /** Words of the line at hand. */
  count = 0;
  /** Where each starts and ends, and whether it is variable. */
  readonly starts = new Uint16Array(mostCharacters);
  readonly ends = new Uint16Array(mostCharacters);
  readonly variable = new Uint8Array(mostCharacters);
  /** Of each word, of a row of variable ones the first: its end, and whether it is digits alone. */
  readonly valueEnds = new Uint16Array(mostCharacters);
  readonly numbers = new Uint8Array(mostCharacters);
  /** Whether that word is digits and letters of hexadecimal numbers alone. */
  readonly #plain = new Uint8Array(mostCharacters);

  /** Finds the line's words and returns the hash of its shape: of its constant words, and of what sort it is. */
  scan(line: string, sort: number): number {
    const end = Math.min(line.length, mostCharacters);
    let first = sort ^ 1;
    let second = sort ^ 2;
    let words = 0;
    /** Whether the word before is variable; variable words in a row count as one, so that lists of any length match. */
    let joins = false;
    let at = 0;
    while (at < end) {
      let code = line.charCodeAt(at);
      let kind = kinds[code] ?? letter;
      if (kind === separator) {
        at += 1;
        continue;
      }
      const start = at;
      let wordFirst = first;
      let wordSecond = second;
      let seen = 0;
      while (kind !== separator) {
        seen |= kind;
        wordFirst = Math.imul(wordFirst ^ code, golden);
        wordSecond = Math.imul(wordSecond ^ code, murmur);
        at += 1;
        if (at === end) break;
        code = line.charCodeAt(at);
        kind = kinds[code] ?? letter;
      }
      const variable =
        (seen & digit) !== 0 ||
        (seen === hexLetter && at - start >= hexLetters) ||
        (at - start === 3 && words < dateWords && dateNames.has(line.slice(start, at)));
      if (variable && joins) {
        // Parts between colons are those of one address or time.
        const isPart = line.charCodeAt(start - 1) === colon && this.valueEnds[words - 1] === start - 1;
        if (isPart && (seen & letter) === 0 && this.#plain[words - 1] === 1) {
          this.valueEnds[words - 1] = at;
          this.numbers[words - 1] = 0;
        }
        this.ends[words - 1] = at;
        continue;
      }
      this.starts[words] = start;
      this.ends[words] = at;
      this.valueEnds[words] = at;
      this.numbers[words] = seen === digit ? 1 : 0;
      this.#plain[words] = (seen & letter) === 0 ? 1 : 0;
      this.variable[words] = variable ? 1 : 0;
      words += 1;
      joins = variable;
      first = Math.imul(variable ? first ^ variableMark : wordFirst ^ wordEnd, golden);
      second = Math.imul(variable ? second ^ variableMark : wordSecond ^ wordEnd, murmur);
    }
    this.count = words;
    return joined(first, second);
  }
}
