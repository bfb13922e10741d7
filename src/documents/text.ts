// Plain bytes to clean text: encoding, decoding, cleaning, and a limit on how much is read.
import type { TextChunk } from '../engine/document.js';
import { Cleaner } from './cleaning.js';
import { Decoder, type Run } from './decoding.js';
import { detectEncoding } from './encodings.js';
import { PAUSE } from './source.js';

interface Stages {
  readonly decoder: Decoder;
  readonly cleaner: Cleaner;
}

/**
 * The chunks of each piece in turn, to be taken before the next: an asynchronous step for each chunk would cost more
 * than the cleaning. `pieces` may be of any size, but the first must hold a whole byte order mark. Of the source no more
 * than `limitBytes` are used, cut back to a whole code point. `PAUSE` becomes a chunk that says so. A failure of the source comes after all text before it.
 */
export async function* cleanText(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  limitBytes = Infinity,
): AsyncGenerator<Iterable<TextChunk>> {
  let stages: Stages | undefined;
  let bytesLeft = limitBytes;
  try {
    for await (const piece of pieces) {
      if (piece === PAUSE) {
        if (stages) yield [stages.cleaner.pause()];
        continue;
      }
      let bytes = piece.subarray(0, bytesLeft);
      bytesLeft -= bytes.length;
      if (!stages) {
        const { encoding, markBytes } = detectEncoding(piece);
        stages = { decoder: new Decoder(encoding, markBytes), cleaner: new Cleaner(encoding) };
        bytes = bytes.subarray(markBytes);
      }
      yield cleaned(stages.decoder.push(bytes), stages.cleaner);
      if (bytesLeft === 0) break;
    }
  } catch (error) {
    if (stages) yield stages.cleaner.end();
    throw error;
  }
  if (!stages) return;
  if (bytesLeft > 0) yield cleaned(stages.decoder.end(), stages.cleaner);
  yield stages.cleaner.end();
}

function* cleaned(runs: Iterable<Run>, cleaner: Cleaner): Generator<TextChunk> {
  for (const run of runs) yield* cleaner.push(run);
}
