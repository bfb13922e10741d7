// How documents are read, from the options that say so.

import { encodingNamed } from '../documents/encodings/encodings.js';
import type { ReadingOptions as Reading } from '../documents/open.js';
import { usageError } from '../errors.js';
import type { ReadingOptions } from './options.js';

/** Throws a usage error for an encoding that nobody knows. */
export function readingFrom({ from, encoding }: ReadingOptions): Reading {
  if (encoding !== undefined && encodingNamed(encoding) === undefined) {
    const names = 'windows-1252, iso-8859-2, koi8-r, shift_jis, gb18030 … as the WHATWG Encoding Standard names them';
    throw usageError(`unknown encoding: ${encoding}`, `${names}; for others: iconv -t UTF-8 FILE | unspool …`);
  }
  return { from, encoding };
}
