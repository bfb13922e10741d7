// Which kind of document there is behind the bytes, and its text.
import { open } from 'node:fs/promises';
import { recogniseBinary } from './encodings/binary.js';
import type { Encoding } from './encodings/decoding.js';
import type { Extraction } from './extraction.js';
import { binaryDocument, followedPages, noBook, noMarkup } from './failures.js';
import { hasMarkup, looksLikePage } from './html/head.js';
import { isEpub, isZip } from './input/signatures.js';
import { append, openNameless } from '../files/temporary-file.js';

export const formats = ['text', 'html', 'epub'] as const;
export type DocumentFormat = (typeof formats)[number];

export interface FormatHints {
  /** What the user says it is. */
  readonly from: DocumentFormat | undefined;
  readonly named: Encoding | undefined;
  readonly name: string;
  readonly follow: boolean;
}

/** By content. Throws an `UnspoolError` for what is none of these, or not what the user says. */
export function formatOf(head: Buffer, { from, named, name, follow }: FormatHints): DocumentFormat {
  const format = from ?? (isEpub(head) ? 'epub' : looksLikePage(head) ? 'html' : 'text');
  if (follow && format !== 'text') throw followedPages(name, format === 'html' ? 'HTML' : 'an EPUB');
  if (format === 'epub') {
    if (!isZip(head)) throw noBook(name);
    return format;
  }
  const binary = isEpub(head) ? { what: 'an EPUB', hint: 'leave out --from' } : recogniseBinary(head, named);
  if (binary) throw binaryDocument(name, binary);
  if (format === 'html' && !hasMarkup(head)) throw noMarkup(name);
  return format;
}

export interface FormattedBytes {
  readonly pieces: AsyncGenerator<Buffer>;
  /** Of the file; undefined where the bytes come only once. */
  readonly path: string | undefined;
  readonly name: string;
  readonly named: Encoding | undefined;
  readonly extraction: Extraction;
}

/** The bytes of text; of HTML and EPUB as UTF-8. Parsers are loaded when used. */
export async function* textBytes(format: DocumentFormat, contents: FormattedBytes): AsyncGenerator<Buffer> {
  const { pieces, name, named, extraction } = contents;
  if (format === 'text') {
    yield* pieces;
    return;
  }
  extraction.begin();
  if (format === 'html') {
    const { htmlDocument } = await import('./html/html.js');
    yield* htmlDocument(pieces, extraction, { name, encoding: named });
  } else {
    yield* epubText(contents);
  }
}

/** What comes only once is kept in a file, since an archive's list of files is at its end. */
async function* epubText({ pieces, path, name, extraction }: FormattedBytes): AsyncGenerator<Buffer> {
  const { epubDocument } = await import('./epub/epub.js');
  const file = path === undefined ? await openNameless(name) : await open(path);
  try {
    if (path === undefined) for await (const piece of pieces) await append(file, piece, name);
    yield* epubDocument(file, extraction, name);
  } finally {
    await file.close();
    await pieces.return(undefined);
  }
}
