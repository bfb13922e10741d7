// Which encoding a document has: UTF-8, unless a byte order mark says UTF-16.
import type { Encoding } from './decoding.js';
import { utf16be, utf16le } from './utf16.js';
import { utf8 } from './utf8.js';

export interface DetectedEncoding {
  readonly encoding: Encoding;
  /** Length of the byte order mark, which is no text. */
  readonly markBytes: 0 | 2 | 3;
}

export function detectEncoding(head: Buffer): DetectedEncoding {
  const mark = head.toString('latin1', 0, 3);
  if (mark === '\xef\xbb\xbf') return { encoding: utf8, markBytes: 3 };
  if (mark.startsWith('\xff\xfe')) return { encoding: utf16le, markBytes: 2 };
  if (mark.startsWith('\xfe\xff')) return { encoding: utf16be, markBytes: 2 };
  return { encoding: utf8, markBytes: 0 };
}
