// Encodings in which every byte is a character.
import type { DecodedText, Encoding } from './decoding.js';

const REPLACEMENT = 0xfffd;

/** Node 20 decodes windows-1252 as ISO 8859-1: these are its bytes from 0x80 up, after the Encoding Standard's index. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** `name`: a single-byte encoding of the Encoding Standard. */
export function singleByte(name: string): Encoding {
  const characters = table(name);

  function* decode(bytes: Buffer): Generator<DecodedText> {
    const units = new Uint16Array(bytes.length);
    let start = 0;
    for (const [index, byte] of bytes.entries()) {
      const unit = characters[byte] ?? REPLACEMENT;
      units[index] = unit;
      if (unit !== REPLACEMENT) continue;
      if (index > start) yield valid(units.subarray(start, index));
      yield { text: '\uFFFD', bytes: 1, valid: false, encoding: 'single-byte' };
      start = index + 1;
    }
    if (start < units.length) yield valid(units.subarray(start));
  }

  return { unfinishedBytes: () => 0, decode };
}

function valid(units: Uint16Array): DecodedText {
  const text = Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le');
  return { text, bytes: units.length, valid: true, encoding: 'single-byte' };
}

/** The character of each byte, U+FFFD where it has none. */
function table(name: string): Uint16Array {
  const decoder = new TextDecoder(name);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    if (name === 'windows-1252' && byte >= 0x80 && byte < 0xa0) return WINDOWS_1252.charCodeAt(byte - 0x80);
    return decoder.decode(Uint8Array.of(byte)).charCodeAt(0);
  });
}
