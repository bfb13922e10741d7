// What tells the words of a log's line apart from each other, and those that change from record to record from the rest.

import { isDigit, isHexadecimal } from './characters.js';

/** Of a line, so many characters count. */
export const mostCharacters = 4096;
/** Letters that make a word without digits a hexadecimal number: real words from a to f are shorter. */
export const hexLetters = 6;
/** Words at the start of a line where names of days and months belong to a time. */
export const dateWords = 4;
export const dateNames: ReadonlySet<string> = new Set(
  'Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
);

/**
 * Kinds of characters; those of words are bits, to be collected. Taken out of the object into constants of the file: in
 * loops over characters, imported constants take longer.
 */
export const characterKinds = { hexLetter: 1, digit: 2, letter: 4, separator: 8 } as const;
const { hexLetter, digit, letter, separator } = characterKinds;

/** The kinds of characters by their codes. `separators`: those of the first 161 characters that stand between words. */
export function kindsOf(separators: RegExp): Uint8Array {
  const kinds = new Uint8Array(0x10000).fill(letter);
  for (let code = 0; code <= 0xa0; code += 1) {
    if (separators.test(String.fromCharCode(code))) kinds[code] = separator;
    else if (isDigit(code)) kinds[code] = digit;
    else if (isHexadecimal(code)) kinds[code] = hexLetter;
  }
  return kinds;
}
