// Opens a document: file or pipe, compressed or not, as clean text.
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Document, ReadProgress, TextChunk } from '../engine/document.js';
import { HEAD_BYTES, recogniseBinary, refuseBinary } from './binary.js';
import { decompress, isBrotli, isGzip } from './compression.js';
import { binaryDocument, documentFailure, followedCompression, STANDARD_INPUT } from './failures.js';
import { FollowedFile } from './followed-file.js';
import { rawText } from './raw-text.js';
import { ByteSource, type Source } from './source.js';
import { cleanText } from './text.js';

export interface DocumentOptions {
  /** Read only so many source bytes (after decompression), cut back to a whole code point. */
  readonly limitBytes?: number;
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
export function openDocument(source: string | Readable, options: DocumentOptions = {}): Document {
  const name = typeof source === 'string' ? source : STANDARD_INPUT;
  const { limitBytes, signal, follow = false, raw = false } = options;
  const toText = raw ? rawText : cleanText;
  let bytes: Source | undefined;

  async function* chunks(): AsyncGenerator<TextChunk> {
    try {
      bytes = await openSource(source, name, follow, signal);
      for await (const batch of toText(await plainBytes(bytes, name, follow), limitBytes)) {
        for (const chunk of batch) {
          if (signal?.aborted) return;
          yield chunk;
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
      return bytes?.progress ?? { bytes: 0, totalBytes: undefined };
    },
    chunks,
  };
}

async function openSource(
  source: string | Readable,
  name: string,
  follow: boolean,
  signal: AbortSignal | undefined,
): Promise<Source> {
  if (typeof source !== 'string') return new ByteSource(name, source, undefined, signal, follow);
  const status = await stat(source);
  if (status.isFIFO()) return ByteSource.openPipe(source, signal, follow);
  if (status.isFile() && follow) return FollowedFile.open(source, signal);
  return ByteSource.openFile(source, signal);
}

/** The bytes of the text itself, once their head has shown that it is text. */
async function plainBytes(source: Source, name: string, follow: boolean): Promise<AsyncIterable<Buffer>> {
  const head = await source.readHead(HEAD_BYTES);
  const binary = isGzip(head) ? undefined : recogniseBinary(head);
  const compression = isGzip(head) ? 'gzip' : binary && (await isBrotli(head)) ? 'brotli' : undefined;
  if (compression && follow) throw followedCompression(name);
  if (compression) return refuseBinary(decompress(source.pieces(), compression, name), name);
  if (binary) throw binaryDocument(name, binary);
  return source.pieces();
}
