// How documents are read: what they are, and how much of them.

import type { Readable } from 'node:stream';
import { group, option, type ValuesOf } from '../../cli/flags.js';
import type { Io } from '../../cli/io.js';
import { InvalidArgumentError, parseChoice, parseName } from '../../cli/parsers.js';
import { encodingNamed } from '../../documents/encodings/encodings.js';
import type { DocumentFormat } from '../../documents/formats.js';
import type { ExtractionOptions as Reading } from '../../documents/open.js';
import { usageError } from '../../errors.js';

/** A file by its path, or standard input. */
export type InputSource = string | Readable;

/** Read at most so much of each document. */
export type ReadLimit = { readonly bytes: number } | { readonly tokens: number };

/** What is read. */
export interface Documents {
  readonly sources: readonly InputSource[];
  readonly reading: Reading;
  readonly limit: ReadLimit | undefined;
}

export const formatFlags = {
  from: option(
    '<format>',
    'what documents are: text (as it is, tags and all), html or epub (default: by content)',
    parseChoice<DocumentFormat>('text', 'html', 'epub'),
  ),
  encoding: option(
    '<name>',
    'of text and HTML without a byte order mark: windows-1252, shift_jis … (default: UTF-8, or what a page declares)',
    parseName,
  ),
};

/** Of commands that read documents in part. */
export const limitFlag = option('<size>', 'only the first part of each document: 64KiB, 10MB or 20000tok', parseLimit);

export const readingFlags = group('Reading:', { limit: limitFlag, ...formatFlags });

/** Throws a usage error for an encoding that nobody knows. */
export function readingFrom({ from, encoding }: Pick<ValuesOf<typeof readingFlags>, 'from' | 'encoding'>): Reading {
  if (encoding !== undefined && encodingNamed(encoding) === undefined) {
    const names = 'windows-1252, iso-8859-2, koi8-r, shift_jis, gb18030 … as the WHATWG Encoding Standard names them';
    throw usageError(`unknown encoding: ${encoding}`, `${names}; for others: iconv -t UTF-8 FILE | unspool …`);
  }
  return { from, encoding };
}

/** Files in order, `-` for standard input; without any, standard input where something is connected to it. */
export function sourcesFrom(files: readonly string[], io: Io, command: string): InputSource[] {
  if (files.length > 0) {
    if (files.includes('')) throw usageError('a document has no name', 'is a variable of the shell empty?');
    if (files.filter((file) => file === '-').length > 1) throw usageError('standard input (-) can be read once only');
    return files.map((file) => (file === '-' ? io.stdin : file));
  }
  if (!io.isStdinConnected()) {
    throw usageError('no input', `try: unspool ${command} FILE, or: zcat LOG.gz | unspool ${command}`);
  }
  return [io.stdin];
}

/** Powers of 1000 with a B, of 1024 without or with iB, as in GNU coreutils. */
const unitSizes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `64KiB`, `10MB`, `5000` (bytes) or `20000tok`. */
export function parseLimit(text: string): ReadLimit {
  const [, number = '', unit = 'b'] = /^(\d+(?:\.\d+)?)([a-z]+)?$/i.exec(text) ?? [];
  const key = unit.toLowerCase();
  const size = key === 'tok' ? 1 : unitSizes[key];
  const value = Math.floor(Number(number) * (size ?? 0));
  if (size === undefined || value < 1)
    throw new InvalidArgumentError('Give a size such as 64KiB or 10MB, or 20000tok.');
  return key === 'tok' ? { tokens: value } : { bytes: value };
}
