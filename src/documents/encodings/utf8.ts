// UTF-8, with invalid bytes replaced as the WHATWG Encoding Standard does it: one U+FFFD per maximal subpart.
import { isUtf8 } from 'node:buffer';
import type { DecodedText, Encoding } from './decoding.js';

export const utf8: Encoding = {
  unfinishedBytes,
  decode,
};

/** Decides by the lead byte alone: a lead that is held back in vain costs three bytes until the next piece. */
function unfinishedBytes(bytes: Buffer): number {
  for (let length = 1; length <= 3 && length <= bytes.length; length++) {
    const byte = bytes[bytes.length - length] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return length < leadLength(byte) ? length : 0;
  }
  return 0;
}

function leadLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

function* decode(bytes: Buffer): Generator<DecodedText> {
  let start = 0;
  if (!isUtf8(bytes)) {
    for (let invalid = nextInvalid(bytes, 0); invalid; invalid = nextInvalid(bytes, start)) {
      if (invalid.at > start) yield valid(bytes, start, invalid.at);
      yield { text: '\uFFFD', bytes: invalid.length, valid: false, encoding: 'utf-8' };
      start = invalid.at + invalid.length;
    }
  }
  if (start < bytes.length) yield valid(bytes, start, bytes.length);
}

function valid(bytes: Buffer, start: number, end: number): DecodedText {
  return { text: bytes.toString('utf8', start, end), bytes: end - start, valid: true, encoding: 'utf-8' };
}

/** The next bytes that are no character: the longest start of one, or a single byte. */
function nextInvalid(bytes: Buffer, from: number): { at: number; length: number } | undefined {
  let at = from;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at++;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return { at, length: 1 };
    const length = leadLength(lead);
    for (let index = 1; index < length; index++) {
      const byte = bytes[at + index];
      if (byte === undefined || !continues(lead, index, byte)) return { at, length: index };
    }
    at += length;
  }
  return undefined;
}

/** Table 3-7 of the Unicode Standard: after some leads, the second byte's range is narrower. */
function continues(lead: number, index: number, byte: number): boolean {
  if (byte < 0x80 || byte > 0xbf) return false;
  if (index > 1) return true;
  if (lead === 0xe0) return byte >= 0xa0;
  if (lead === 0xed) return byte <= 0x9f;
  if (lead === 0xf0) return byte >= 0x90;
  return lead !== 0xf4 || byte <= 0x8f;
}
