// Tells what is no text from its first bytes.
import { sourceBytes } from '../../engine/document.js';
import { Decoder, type Encoding } from './decoding.js';
import { detectEncoding } from './encodings.js';
import type { NotText } from '../failures.js';
import { recognise } from '../input/signatures.js';

/** So much is looked at. */
export const HEAD_BYTES = 64 * 1024;

/** A log with a block of NULs and Latin-1 prose stay well below these shares; executables and images do not. */
const MAXIMUM_CONTROL_SHARE = 0.1;
const MAXIMUM_INVALID_SHARE = 0.3;
/** Of the high bytes of UTF-16: other scripts and typographic quotes have some that are not zero. */
const MINIMUM_ZERO_SHARE = 0.7;

/** Not those that terminals and printers take as part of text: BS, tab, LF, FF, CR, ESC. */
const BINARY_CONTROL = /[\0-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]/g;

const UNKNOWN: NotText = {
  what: 'binary',
  hint: 'if it is text in another encoding, name that: --encoding windows-1252',
};

export function looksLikeText(head: Buffer, named?: Encoding): boolean {
  const { encoding, markBytes } = detectEncoding(head, named);
  let controlBytes = 0;
  let invalidBytes = 0;
  for (const run of new Decoder(encoding, markBytes).push(head.subarray(markBytes))) {
    controlBytes += sourceBytes((run.text.match(BINARY_CONTROL) ?? []).join(''), run.encoding);
    invalidBytes += run.invalidBytes;
  }
  return controlBytes <= head.length * MAXIMUM_CONTROL_SHARE && invalidBytes <= head.length * MAXIMUM_INVALID_SHARE;
}

/** What the head is if it is not text; undefined for text. `named`: the encoding that the user says it has. */
export function recogniseBinary(head: Buffer, named?: Encoding): NotText | undefined {
  const known = recognise(head);
  if (known) return known;
  return looksLikeText(head, named) ? undefined : (utf16WithoutMark(head) ?? UNKNOWN);
}

/** The zero bytes of UTF-16 that is mostly ASCII all stand in even or all in odd places. */
function utf16WithoutMark(head: Buffer): NotText | undefined {
  const zeros = { even: 0, odd: 0 };
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2 === 0 ? 'even' : 'odd']++;
  const [most, least] = [Math.max(zeros.even, zeros.odd), Math.min(zeros.even, zeros.odd)];
  if (most < (head.length / 2) * MINIMUM_ZERO_SHARE || least > most * MAXIMUM_CONTROL_SHARE) return undefined;
  const encoding = zeros.odd > zeros.even ? 'UTF-16LE' : 'UTF-16BE';
  return {
    what: `${encoding} without a byte order mark`,
    hint: `name it: --encoding ${encoding.toLowerCase()}`,
  };
}
