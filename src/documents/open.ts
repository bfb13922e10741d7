// Opens a document: file or pipe, compressed or not, text, HTML or EPUB, as clean text.
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Document, ReadProgress, TextChunk } from '../engine/document.js';
import { HEAD_BYTES, recogniseBinary } from './encodings/binary.js';
import { decompress, isBrotli, isGzip } from './input/compression.js';
import { encodingNamed } from './encodings/encodings.js';
import { Extraction } from './extraction.js';
import { documentFailure, followedCompression, STANDARD_INPUT } from './failures.js';
import { FollowedFile } from './input/followed-file.js';
import { formatOf, textBytes, type FormattedBytes, type DocumentFormat } from './formats.js';
import { peek } from './input/peek.js';
import { rawText } from './text/raw-text.js';
import { ByteSource, type DocumentBytes } from './input/document-bytes.js';
import { cleanText } from './text/clean-text.js';

/** How the bytes of documents become text. */
export interface ExtractionOptions {
  /**
   * A label of the Encoding Standard's: the encoding of text and of HTML, unless a byte order mark says another. Without,
   * UTF-8, or what a page says of itself.
   */
  readonly encoding?: string | undefined;
  /** What documents are; undefined where their first bytes decide. */
  readonly from?: DocumentFormat | undefined;
}

export interface OpenDocumentOptions extends ExtractionOptions {
  /** Read only so many bytes of text (after decompression, in its encoding), cut back to a whole code point. */
  readonly limitBytes?: number | undefined;
  /**
   * Wait for more at the end of a file or a named pipe until the signal, through rotation and truncation: lines and
   * bytes count on. Where any source is silent, a pause says so. Standard input still ends where it ends.
   */
  readonly follow?: boolean;
  /** Leave the text as it is: no cleaning, only one final line feed is dropped. Not together with `follow`. */
  readonly raw?: boolean;
  /** Ends the text at once and without an error. */
  readonly signal?: AbortSignal;
}

/** `source`: the path of a file, or standard input. Nothing is opened before the first chunk is asked for. */
export function openDocument(source: string | Readable, options: OpenDocumentOptions = {}): Document {
  const name = typeof source === 'string' ? source : STANDARD_INPUT;
  const { limitBytes, signal, follow = false, raw = false, from } = options;
  const named = options.encoding === undefined ? undefined : encodingNamed(options.encoding);
  const toText = raw ? rawText : cleanText;
  const extraction = new Extraction();
  let bytes: DocumentBytes | undefined;
  let endByte = 0;
  let ownPath: string | undefined;

  const judge = (head: Buffer): DocumentFormat => formatOf(head, { from, named, name, follow });

  /** The text in batches, once the head of the bytes has shown what it is. */
  async function batches(opened: DocumentBytes): Promise<AsyncIterable<Iterable<TextChunk>>> {
    const { format, pieces, path } = await plainBytes(opened);
    const text = textBytes(format, { pieces, path, name, named, extraction });
    if (format === 'text' && named === undefined) ownPath = path;
    return toText(text, limitBytes, format === 'text' ? named : undefined);
  }

  /** `path`: of the file, where it is not compressed. */
  async function plainBytes(
    opened: DocumentBytes,
  ): Promise<Pick<FormattedBytes, 'pieces' | 'path'> & { readonly format: DocumentFormat }> {
    const head = await opened.readHead(HEAD_BYTES);
    const mayBeBrotli = !isGzip(head) && recogniseBinary(head, named) !== undefined;
    const compression = isGzip(head) ? 'gzip' : mayBeBrotli && (await isBrotli(head)) ? 'brotli' : undefined;
    if (compression === undefined) {
      const isFile = typeof source === 'string' && opened.progress.totalBytes !== undefined;
      return { format: judge(head), pieces: opened.pieces(), path: isFile ? source : undefined };
    }
    if (follow) throw followedCompression(name);
    const plain = await peek(decompress(opened.pieces(), compression, name), HEAD_BYTES, judge);
    return { format: plain.judgement, pieces: plain.pieces, path: undefined };
  }

  async function* chunks(): AsyncGenerator<TextChunk> {
    try {
      bytes = await openSource(source, name, follow, signal);
      for await (const batch of await batches(bytes)) {
        for (const chunk of batch) {
          if (signal?.aborted) return;
          endByte = chunk.endByte;
          yield extraction.told(chunk);
        }
      }
    } catch (error) {
      if (!signal?.aborted) throw documentFailure(error, name);
    } finally {
      await bytes?.close();
    }
  }

  return {
    name,
    get progress(): ReadProgress {
      const progress = bytes?.progress ?? { bytes: 0, totalBytes: undefined };
      return extraction.progress(endByte, progress);
    },
    get path() {
      return ownPath;
    },
    chapterAt: (line) => extraction.chapterAt(line),
    chunks,
  };
}

async function openSource(
  source: string | Readable,
  name: string,
  follow: boolean,
  signal: AbortSignal | undefined,
): Promise<DocumentBytes> {
  if (typeof source !== 'string') return new ByteSource(name, source, undefined, signal, follow);
  const status = await stat(source);
  if (status.isFIFO()) return ByteSource.openPipe(source, signal, follow);
  if (status.isFile() && follow) return FollowedFile.open(source, signal);
  return ByteSource.openFile(source, signal);
}
