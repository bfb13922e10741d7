// The encodings of East Asia, in which a byte tells how many follow it.
import type { TextChunk } from '../engine/document.js';
import type { Decoded, Encoding } from './decoding.js';

/** Bytes of the character that starts at `at`, by its first byte, of GB 18030 also the second. */
type Length = (bytes: Buffer, at: number) => number;

const doubleByte: Length = (bytes, at) => (isBetween(bytes[at], 0x81, 0xfe) ? 2 : 1);

/** By their names in the Encoding Standard, whose decoders this follows. */
export const multiByteLengths: ReadonlyMap<string, Length> = new Map<string, Length>([
  ['big5', doubleByte],
  ['euc-kr', doubleByte],
  ['gbk', gb18030],
  ['gb18030', gb18030],
  ['shift_jis', (bytes, at) => (isBetween(bytes[at], 0x81, 0x9f) || isBetween(bytes[at], 0xe0, 0xfc) ? 2 : 1)],
  ['euc-jp', (bytes, at) => (bytes[at] === 0x8f ? 3 : bytes[at] === 0x8e || isBetween(bytes[at], 0xa1, 0xfe) ? 2 : 1)],
]);

function gb18030(bytes: Buffer, at: number): number {
  if (!isBetween(bytes[at], 0x81, 0xfe)) return 1;
  return isBetween(bytes[at + 1], 0x30, 0x39) ? 4 : 2;
}

export function multiByte(name: string, length: Length): Encoding {
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
  const decoded = (bytes: Buffer): string | undefined => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };

  function unfinishedBytes(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length) {
      const end = at + length(bytes, at);
      if (end > bytes.length) return bytes.length - at;
      at = end;
    }
    return 0;
  }

  /** A run of whole characters that are alike in length, and ASCII or not. */
  function* run(bytes: Buffer, size: number): Generator<Decoded> {
    const text = size > 2 ? undefined : decoded(bytes);
    if (text !== undefined && text.length * size === bytes.length) {
      yield { text, bytes: bytes.length, valid: true, encoding: encodingOf(bytes, size) };
      return;
    }
    // Of a character alone it does not matter how its bytes advance.
    for (let at = 0; at < bytes.length;) {
      const character = decoded(bytes.subarray(at, at + size));
      if (character === undefined) {
        yield* decode(bytes.subarray(at));
        return;
      }
      yield { text: character, bytes: size, valid: true, encoding: encodingOf(bytes, size) };
      at += size;
    }
  }

  function* decode(bytes: Buffer): Generator<Decoded> {
    let start = 0;
    while (start < bytes.length) {
      const size = length(bytes, start);
      const first = bytes.subarray(start, start + size);
      if (first.length < size || decoded(first) === undefined) {
        const invalid = invalidBytes(first);
        yield { text: '\uFFFD', bytes: invalid, valid: false, encoding: 'double-byte' };
        start += invalid;
        continue;
      }
      let end = start + size;
      while (end + size <= bytes.length && length(bytes, end) === size && isAscii(bytes[end]) === isAscii(bytes[start]))
        end += size;
      yield* run(bytes.subarray(start, end), size);
      start = end;
    }
  }

  return { unfinishedBytes, decode };
}

function encodingOf(bytes: Buffer, size: number): TextChunk['encoding'] {
  if (size > 1) return 'double-byte';
  return isAscii(bytes[0]) ? 'utf-8' : 'single-byte';
}

/** An ASCII byte that completes no character stands for itself. */
function invalidBytes(bytes: Buffer): number {
  const ascii = bytes.subarray(1).findIndex(isAscii);
  return ascii === -1 ? bytes.length : 1 + ascii;
}

function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte < 0x80;
}

function isBetween(byte: number | undefined, first: number, last: number): boolean {
  return byte !== undefined && byte >= first && byte <= last;
}
