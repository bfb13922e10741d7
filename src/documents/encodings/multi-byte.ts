// The encodings of East Asia, in which a byte tells how many follow it.
import type { TextChunk } from '../../engine/document.js';
import type { DecodedText, Encoding } from './decoding.js';

/** A character as its bytes look: `broken` ones are none, `unfinished` ones may become one. */
interface Shape {
  readonly kind: 'whole' | 'broken' | 'unfinished';
  readonly bytes: number;
}

/** What starts at `at`. */
type ShapeAt = (bytes: Buffer, at: number) => Shape;

/** By the Encoding Standard's names and decoders: which bytes lead, and which may follow. */
export const multiByteShapes: ReadonlyMap<string, ShapeAt> = new Map<string, ShapeAt>([
  ['big5', pairs([0x81, 0xfe], [0x40, 0x7e], [0xa1, 0xfe])],
  ['euc-kr', pairs([0x81, 0xfe], [0x41, 0xfe])],
  ['gbk', gb18030],
  ['gb18030', gb18030],
  ['shift_jis', shiftJis],
  ['euc-jp', eucJp],
]);

type ByteValues = readonly [first: number, last: number];

function pairs(leads: ByteValues, ...trails: readonly ByteValues[]): ShapeAt {
  return (bytes, at) => (isIn(bytes[at], leads) ? sequence(bytes, at, [trails]) : single);
}

function shiftJis(bytes: Buffer, at: number): Shape {
  const isLead = isIn(bytes[at], [0x81, 0x9f], [0xe0, 0xfc]);
  return isLead ? sequence(bytes, at, [shiftJisTrails]) : single;
}

function eucJp(bytes: Buffer, at: number): Shape {
  if (bytes[at] === 0x8f) return sequence(bytes, at, [eucJpTrails, eucJpTrails]);
  return isIn(bytes[at], [0x8e, 0x8e], [0xa1, 0xfe]) ? sequence(bytes, at, [eucJpTrails]) : single;
}

function gb18030(bytes: Buffer, at: number): Shape {
  if (!isIn(bytes[at], gbLeads)) return single;
  if (!isIn(bytes[at + 1], digits)) return sequence(bytes, at, [gbTrails]);
  const shape = sequence(bytes, at, [[digits], [gbLeads], [digits]]);
  // All but the first byte are looked at again.
  return shape.kind === 'broken' ? { kind: 'broken', bytes: 1 } : shape;
}

const single: Shape = { kind: 'whole', bytes: 1 };
const shiftJisTrails: readonly ByteValues[] = [
  [0x40, 0x7e],
  [0x80, 0xfc],
];
const eucJpTrails: readonly ByteValues[] = [[0xa1, 0xfe]];
const digits: ByteValues = [0x30, 0x39];
const gbLeads: ByteValues = [0x81, 0xfe];
const gbTrails: readonly ByteValues[] = [
  [0x40, 0x7e],
  [0x80, 0xfe],
];

/** A lead and what must follow it. An ASCII byte that may not follow stands for itself. */
function sequence(bytes: Buffer, at: number, trails: readonly (readonly ByteValues[])[]): Shape {
  for (const [index, ranges] of trails.entries()) {
    const byte = bytes[at + 1 + index];
    if (byte === undefined) return { kind: 'unfinished', bytes: bytes.length - at };
    if (!isIn(byte, ...ranges)) return { kind: 'broken', bytes: index + (isAscii(byte) ? 1 : 2) };
  }
  return { kind: 'whole', bytes: 1 + trails.length };
}

export function multiByte(name: string, shapeAt: ShapeAt): Encoding {
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
  const decoded = (bytes: Buffer): string | undefined => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };

  function unfinishedBytes(bytes: Buffer): number {
    for (let at = 0; at < bytes.length;) {
      const shape = shapeAt(bytes, at);
      if (shape.kind === 'unfinished') return shape.bytes;
      at += shape.bytes;
    }
    return 0;
  }

  function* decode(bytes: Buffer): Generator<DecodedText> {
    for (let at = 0; at < bytes.length;) {
      const shape = shapeAt(bytes, at);
      let end = at + shape.bytes;
      if (shape.kind !== 'whole') yield invalid(shape.bytes);
      else {
        while (isAlike(bytes, at, end, shape.bytes)) end += shape.bytes;
        yield* characters(bytes.subarray(at, end), shape.bytes);
      }
      at = end;
    }
  }

  function isAlike(bytes: Buffer, first: number, other: number, size: number): boolean {
    if (other >= bytes.length || isAscii(bytes[first]) !== isAscii(bytes[other])) return false;
    const shape = shapeAt(bytes, other);
    return shape.kind === 'whole' && shape.bytes === size;
  }

  /** Characters that look whole and are alike in length, and in being ASCII. */
  function* characters(bytes: Buffer, size: number): Generator<DecodedText> {
    const encoding = encodingOf(bytes, size);
    const all = size > 2 ? undefined : decoded(bytes);
    if (all?.length === bytes.length / size) {
      yield { text: all, bytes: bytes.length, valid: true, encoding };
      return;
    }
    for (let at = 0; at < bytes.length; at += size) {
      const own = bytes.subarray(at, at + size);
      const text = decoded(own);
      // ICU takes some bytes that are no character for a control character and what follows it.
      const isCharacter = text !== undefined && (size === 1 || !ascii.test(text));
      // Of a character alone it does not matter how its bytes advance.
      if (isCharacter) yield { text, bytes: size, valid: true, encoding };
      else if (size === 2 && isAscii(own[1])) {
        yield invalid(1);
        yield { text: own.toString('latin1', 1), bytes: 1, valid: true, encoding: 'utf-8' };
      } else yield invalid(size);
    }
  }

  return { unfinishedBytes, decode };
}

const ascii = /[\0-\x7f]/;

function invalid(bytes: number): DecodedText {
  return { text: '\uFFFD', bytes, valid: false, encoding: 'double-byte' };
}

function encodingOf(bytes: Buffer, size: number): TextChunk['encoding'] {
  if (size > 1) return 'double-byte';
  return isAscii(bytes[0]) ? 'utf-8' : 'single-byte';
}

function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte < 0x80;
}

function isIn(byte: number | undefined, ...ranges: readonly ByteValues[]): boolean {
  return byte !== undefined && ranges.some(([first, last]) => byte >= first && byte <= last);
}
