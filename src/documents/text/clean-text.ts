// Plain bytes to clean text: encoding, decoding, cleaning, and a limit on how much is read.
import type { TextChunk } from '../../engine/document.js';
import { Cleaner } from './cleaning.js';
import { Decoder, type Encoding, type DecodedRun } from '../encodings/decoding.js';
import { detectEncoding } from '../encodings/encodings.js';
import { PAUSE, RESTART } from '../input/document-bytes.js';

interface Stages {
  readonly decoder: Decoder;
  readonly cleaner: Cleaner;
}

/**
 * The chunks of each piece in turn, to be taken before the next: an asynchronous step for each chunk would cost more
 * than the cleaning. `pieces` may be of any size, but the first, and the first after `RESTART`, must hold a whole byte
 * order mark. Of the source no more than `limitBytes` are used, cut back to a whole code point. `PAUSE` becomes a chunk
 * that says so; at `RESTART` an open line is ended. A failure of the source comes after all text before it. `named`: the
 * encoding where no byte order mark says another.
 */
export async function* cleanText(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  limitBytes = Infinity,
  named?: Encoding,
): AsyncGenerator<Iterable<TextChunk>> {
  let stages: Stages | undefined;
  let isNewText = true;
  let bytesTaken = 0;
  try {
    for await (const piece of pieces) {
      if (piece === PAUSE) {
        if (stages) yield [stages.cleaner.pause()];
        continue;
      }
      if (piece === RESTART) {
        if (stages) yield lastLine(stages);
        isNewText = true;
        continue;
      }
      let bytes = piece.subarray(0, limitBytes - bytesTaken);
      if (!stages || isNewText) {
        const { encoding, markBytes } = detectEncoding(piece, named);
        const decoder = new Decoder(encoding, bytesTaken + markBytes);
        stages = { decoder, cleaner: stages?.cleaner ?? new Cleaner() };
        isNewText = false;
        bytesTaken += Math.min(markBytes, bytes.length);
        bytes = bytes.subarray(markBytes);
      }
      bytesTaken += bytes.length;
      yield cleanRuns(stages.decoder.push(bytes), stages.cleaner);
      if (bytesTaken === limitBytes) break;
    }
  } catch (error) {
    if (stages) yield stages.cleaner.end();
    throw error;
  }
  if (!stages) return;
  if (bytesTaken < limitBytes) yield cleanRuns(stages.decoder.end(), stages.cleaner);
  yield stages.cleaner.end();
}

function* cleanRuns(runs: Iterable<DecodedRun>, cleaner: Cleaner): Generator<TextChunk> {
  for (const run of runs) yield* cleaner.push(run);
}

/** What is unfinished stays so, and the line is over: the next text must not join it. */
function* lastLine({ decoder, cleaner }: Stages): Generator<TextChunk> {
  yield* cleanRuns(decoder.end(), cleaner);
  yield* cleaner.endLine();
}
