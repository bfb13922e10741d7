// The text of an EPUB, page by page in reading order.
import type { FileHandle } from 'node:fs/promises';
import { readPackage } from './package.js';
import type { Extraction } from '../extraction.js';
import { HtmlText } from '../html/text.js';
import { htmlPage } from '../html/html.js';
import { ZipArchive } from './zip.js';

/** UTF-8. Chapters are those of the table of contents; of pages that it does not name, their headings. */
export async function* epubDocument(file: FileHandle, extraction: Extraction, name: string): AsyncGenerator<Buffer> {
  const archive = await ZipArchive.open(file, name);
  const { pages, titles } = await readPackage(archive, name);
  const total = pages.reduce((sum, page) => sum + archive.compressedBytes(page), 0);
  const text = new HtmlText(extraction.chapters);
  let taken = 0;
  extraction.share = () => taken / total;
  for (const page of pages) {
    text.beginPage(titles.get(page));
    yield* htmlPage(archive.pieces(page), text, extraction, { name, encoding: undefined });
    taken += archive.compressedBytes(page);
  }
  text.end();
  yield Buffer.from(text.take());
}
