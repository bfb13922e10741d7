// UTF-16 in either byte order. Lone surrogates and an odd last byte become U+FFFD.
import type { DecodedText, Encoding } from './decoding.js';

export const utf16le: Encoding = encoding((bytes) => bytes);
/** Node decodes little endian only. The copy is swapped: others may hold the piece. */
export const utf16be: Encoding = encoding((bytes) => Buffer.from(bytes).swap16());

function encoding(toLittleEndian: (even: Buffer) => Buffer): Encoding {
  /** An odd byte, a high surrogate that waits for its other half, or both. */
  function unfinishedBytes(bytes: Buffer): number {
    const odd = bytes.length % 2;
    const last = toLittleEndian(bytes.subarray(Math.max(0, bytes.length - odd - 2), bytes.length - odd));
    const highSurrogate = ((last[1] ?? 0) & 0xfc) === 0xd8;
    return odd + (highSurrogate ? 2 : 0);
  }

  function* decode(bytes: Buffer): Generator<DecodedText> {
    const unfinished = unfinishedBytes(bytes);
    yield* wellFormed(toLittleEndian(bytes.subarray(0, bytes.length - unfinished)).toString('utf16le'));
    // The Encoding Standard reports one error at the end, also for a surrogate and a byte.
    if (unfinished > 0) yield { text: '\uFFFD', bytes: unfinished, valid: false, encoding: 'double-byte' };
  }

  return { unfinishedBytes, decode };
}

function* wellFormed(text: string): Generator<DecodedText> {
  let start = 0;
  for (const { index } of text.matchAll(/\p{Surrogate}/gu)) {
    if (index > start) yield valid(text.slice(start, index));
    yield { text: '\uFFFD', bytes: 2, valid: false, encoding: 'double-byte' };
    start = index + 1;
  }
  if (start < text.length) yield valid(text.slice(start));
}

function valid(text: string): DecodedText {
  return { text, bytes: 2 * text.length, valid: true, encoding: 'double-byte' };
}
