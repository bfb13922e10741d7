// Which encoding a document has: UTF-8, unless a byte order mark says UTF-16 or the user names another.
import type { Encoding } from './decoding.js';
import { multiByte, multiByteShapes } from './multi-byte.js';
import { singleByte } from './single-byte.js';
import { utf16be, utf16le } from './utf16.js';
import { utf8 } from './utf8.js';

export interface DetectedEncoding {
  readonly encoding: Encoding;
  /** Length of the byte order mark, which is no text. */
  readonly markBytes: 0 | 2 | 3;
}

/** A byte order mark counts more than `otherwise`, as in the Encoding Standard. */
export function detectEncoding(head: Buffer, otherwise = utf8): DetectedEncoding {
  const mark = head.toString('latin1', 0, 3);
  if (mark === '\xef\xbb\xbf') return { encoding: utf8, markBytes: 3 };
  if (mark.startsWith('\xff\xfe')) return { encoding: utf16le, markBytes: 2 };
  if (mark.startsWith('\xfe\xff')) return { encoding: utf16be, markBytes: 2 };
  return { encoding: otherwise, markBytes: 0 };
}

/** `label`: one of the Encoding Standard's, in any case: `latin1` is windows-1252. Undefined for any other. */
export function encodingNamed(label: string): Encoding | undefined {
  const name = canonicalName(label);
  if (name === 'utf-8') return utf8;
  if (name === 'utf-16le') return utf16le;
  if (name === 'utf-16be') return utf16be;
  // Its bytes mean one thing or another by what came long before them.
  if (name === undefined || name === 'iso-2022-jp') return undefined;
  const shapeAt = multiByteShapes.get(name);
  return shapeAt === undefined ? singleByte(name) : multiByte(name, shapeAt);
}

/** The Encoding Standard's name; undefined for what is no label, or has no decoder. */
function canonicalName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
