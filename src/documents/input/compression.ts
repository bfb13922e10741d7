// Decompresses gzip and brotli piece by piece, and delivers all that can be decoded before it reports damage.
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { UnspoolError } from '../../errors.js';
import { HEAD_BYTES, looksLikeText } from '../encodings/binary.js';
import { corruptCompression, truncatedCompression } from '../failures.js';

export type Compression = 'gzip' | 'brotli';

const OUTPUT_BYTES = 64 * 1024;
/** Small, since damage costs all that its input would have given: a brotli decoder keeps that to itself until then. */
const INPUT_BYTES = 8 * 1024;

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Brotli has no magic number: a head is brotli when it decodes to text. Ask only when it is no text itself. */
export async function isBrotli(head: Buffer): Promise<boolean> {
  const decoded: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of decompress([head], 'brotli', '')) {
      decoded.push(piece);
      bytes += piece.length;
      if (bytes >= HEAD_BYTES) break;
    }
  } catch (error) {
    const onlyCutOff = error instanceof UnspoolError && error.code === 'document-truncated';
    if (!onlyCutOff) return false;
  }
  return bytes > 0 && looksLikeText(Buffer.concat(decoded));
}

/** Takes the next piece only when all that came of the last one has been asked for, however much that is. */
export async function* decompress(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  compression: Compression,
  name: string,
): AsyncGenerator<Buffer> {
  const options = { chunkSize: OUTPUT_BYTES };
  const engine = compression === 'gzip' ? createGunzip(options) : createBrotliDecompress(options);
  let bytesGiven = 0;
  let isWorking = false;
  let wake: () => void = () => undefined;
  for (const event of ['readable', 'end', 'error', 'close']) {
    engine.on(event, () => {
      wake();
    });
  }
  const onConsumed = (): void => {
    isWorking = false;
    wake();
  };

  async function* output(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = engine.read() as Buffer | null;
      if (piece) yield piece;
      else if (engine.errored) throw decompressionFailure(engine.errored, compression, name);
      else if (engine.readableEnded || !isWorking) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  try {
    for await (const piece of pieces) {
      for (let from = 0; from < piece.length; from += INPUT_BYTES) {
        const input = piece.subarray(from, from + INPUT_BYTES);
        isWorking = true;
        engine.write(input, onConsumed);
        yield* output();
        bytesGiven += input.length;
        if (engine.bytesWritten < bytesGiven) {
          // The rest was not wanted. gzip may be padded with zeros; its engine has refused anything else.
          if (compression === 'gzip') return;
          throw corruptCompression(name, compression, new Error('more follows its end'));
        }
      }
    }
    // Only now, since an error drops what the engine has not handed over.
    isWorking = true;
    engine.end();
    yield* output();
  } finally {
    engine.destroy();
  }
}

function decompressionFailure(error: Error, compression: Compression, name: string): UnspoolError {
  const isCutOff = 'code' in error && error.code === 'Z_BUF_ERROR';
  return isCutOff ? truncatedCompression(name, compression, error) : corruptCompression(name, compression, error);
}
