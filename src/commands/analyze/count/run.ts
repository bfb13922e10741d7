// unspool analyze --count: bytes, lines, words, characters and tokens of each document.

import { cacheBytesPerToken } from '../../../engine/models/cache-types.js';
import { CountingPool } from '../../../backends/counting/pool.js';
import type { GgufTokenizer } from '../../../backends/counting/gguf-tokenizer.js';
import { loadEncodings } from '../../../backends/counting/gpt-tokenizer.js';
import { openDocument } from '../../../documents/open.js';
import type { Document, TextChunk } from '../../../engine/document.js';
import type { EncodingName } from '../../../engine/counting/encodings.js';
import type { DocumentLabel, ModelSummary, Overview, RunEvent, Warning } from '../../../engine/events/events.js';
import { DocumentTally, type DocumentCounts, type ModelLimits } from '../../../engine/counting/overview.js';
import { progressFigures, shareRead } from '../../../engine/progress/document-progress.js';
import { Batcher, type TextBatch } from '../../../engine/counting/text-batches.js';
import { documentStart, tokenRuns } from '../../../engine/tokens/token-stream.js';
import { emptyAccount } from '../../../engine/totals.js';
import { toUnspoolError, type UnspoolError } from '../../../errors.js';
import type { Documents } from '../../options/reading.js';
import { memoryReporter } from '../../run/memory-use.js';
import type { Session } from '../../run/session.js';

export interface CountRequest extends Pick<Documents, 'sources' | 'reading'> {
  readonly encodings: readonly EncodingName[];
  /** Count also by this model's own tokenizer. */
  readonly modelPath: string | undefined;
  /** What follows from the counts of a document that was read to its end, reported after them. */
  readonly conclude?: (
    document: DocumentLabel,
    counts: DocumentCounts,
    model: GgufTokenizer | undefined,
  ) => readonly RunEvent[];
}

export async function countDocuments(session: Session, request: CountRequest): Promise<void> {
  const { encodings, reading, sources } = request;
  const { signal, control } = session;
  const tokenizer = request.modelPath === undefined ? undefined : await openTokenizer(request.modelPath);
  const pool = new CountingPool(await loadEncodings(encodings));
  try {
    session.start({ model: tokenizer === undefined ? null : summaryOf(tokenizer), documents: sources.length });
    for (const [index, source] of sources.entries()) {
      if (signal.aborted) break;
      const document = openDocument(source, { ...reading, signal });
      const label = { index, name: document.name };
      session.handle({ event: 'document-start', document: label });
      const tell = progressReporter(session, document, label);
      const hold = (): Promise<void> | undefined => (control.paused ? control.wait(signal) : undefined);
      const { counts, forcedCuts, failure } = await countDocument(document, { encodings, pool, tokenizer, tell, hold });
      if (forcedCuts > 0) session.handle(countedInPartsWarning(label));
      const ended = howItEnded(failure, signal);
      session.handle({ event: 'overview', document: label, ...counts, ended, error: failure?.toFailure() ?? null });
      const conclusions = ended === 'end' ? request.conclude?.(label, counts, tokenizer) : undefined;
      for (const event of conclusions ?? []) session.handle(event);
      const { bytes, lines, invalidBytes, controlCharacters } = counts;
      session.add({ account: { ...emptyAccount, bytes, lines, invalidBytes, controlCharacters }, failure });
    }
  } finally {
    await pool.dispose();
    await tokenizer?.dispose();
  }
}

/** Progress is told no more often than this, in seconds. */
const tellEvery = 0.1;

/** Returns what tells how far a document is counted, called as often as one likes. */
function progressReporter(session: Session, document: Document, label: DocumentLabel): (tally: DocumentTally) => void {
  const { control } = session;
  const tellMemory = memoryReporter(session);
  let toldAt = control.now();
  return (tally) => {
    if (control.now() - toldAt < tellEvery) return;
    toldAt = control.now();
    const { bytes, lines, tokens } = tally.counts();
    const share = shareRead({ document }, { ...documentStart, bytes }, 0);
    const progress = { ...progressFigures({ ...documentStart, bytes }, share), lines, tokens: tokens[0]?.tokens ?? 0 };
    session.handle({ event: 'progress', document: label, ...progress });
    tellMemory();
  };
}

function howItEnded(failure: UnspoolError | undefined, signal: AbortSignal): Overview['ended'] {
  if (failure !== undefined) return 'failed';
  return signal.aborted ? 'interrupted' : 'end';
}

interface CountingTools {
  readonly encodings: readonly EncodingName[];
  readonly pool: CountingPool;
  readonly tokenizer: GgufTokenizer | undefined;
  /** Called after each chunk of text. */
  readonly tell: (tally: DocumentTally) => void;
  /** What to wait for before the next, if the run is held. */
  readonly hold: () => Promise<void> | undefined;
}

interface CountedDocument {
  readonly counts: DocumentCounts;
  readonly forcedCuts: number;
  readonly failure: UnspoolError | undefined;
}

/** Counts what can be read of a document, also where it fails or is interrupted. */
async function countDocument(
  document: Document,
  { encodings, pool, tokenizer, tell, hold }: CountingTools,
): Promise<CountedDocument> {
  const tally = new DocumentTally(encodings, tokenizer === undefined ? undefined : limitsOf(tokenizer));
  const batcher = new Batcher();
  const take = async (batch: TextBatch | undefined): Promise<void> => {
    if (batch === undefined) return;
    await pool.take(batch, (counts) => {
      tally.add(counts);
    });
  };
  const count = async (chunk: TextChunk): Promise<void> => {
    tally.read(chunk);
    await take(batcher.push(chunk));
    tell(tally);
    const held = hold();
    if (held !== undefined) await held;
  };
  let failure: UnspoolError | undefined;
  try {
    if (tokenizer === undefined) {
      for await (const chunk of document.chunks()) await count(chunk);
    } else {
      const runs = tokenRuns(observeEach(document.chunks(), count), tokenizer.vocabulary);
      for await (const { tokens } of runs) tally.addModelTokens(tokens.length);
    }
  } catch (error) {
    failure = toUnspoolError(error);
  }
  await take(batcher.end());
  await pool.finish();
  return { counts: tally.counts(), forcedCuts: batcher.forcedCuts, failure };
}

async function* observeEach(
  chunks: AsyncIterable<TextChunk>,
  observe: (chunk: TextChunk) => Promise<void>,
): AsyncGenerator<TextChunk> {
  for await (const chunk of chunks) {
    await observe(chunk);
    yield chunk;
  }
}

async function openTokenizer(path: string): Promise<GgufTokenizer> {
  // Heavy: loads llama.cpp.
  const { openGgufTokenizer } = await import('../../../backends/counting/gguf-tokenizer.js');
  return openGgufTokenizer(path);
}

function limitsOf({ file, vocabulary }: GgufTokenizer): ModelLimits {
  const { name, trainedContext } = file;
  const hasBeginning = vocabulary.beginning !== undefined;
  return { name, trainedContext, cacheBytesPerToken: cacheBytesPerToken(file.cacheNumbers), hasBeginning };
}

function summaryOf({ file, vocabulary }: GgufTokenizer): ModelSummary {
  const { path, name, parameters, trainedContext = null } = file;
  return { path, name, parameters, contextSize: trainedContext, vocabulary: vocabulary.size ?? null };
}

function countedInPartsWarning(document: DocumentLabel): Warning {
  const message = `${document.name}: has millions of characters without a place to cut, counted in parts`;
  return { event: 'warning', document, code: 'counted-in-parts', message, hint: 'its tokens may be off by a few' };
}
