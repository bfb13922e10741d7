// Disjoint chunks of a text, each scored in an empty cache: the protocol of llama.cpp's `llama-perplexity`.

import { toUnspoolError, UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import type { Account, ChunkedPerplexity, DocumentEnd, DocumentLabel, LineRange, RunEvent } from './events/events.js';
import { endingOf } from './ending.js';
import { reached, shareRead, type Extent } from './progress/reach.js';
import { TokenReader } from './tokens/token-reader.js';
import { documentStart, tokenRuns, type TokenRun } from './tokens/token-stream.js';
import { shownPart, type TokensInView } from './view.js';
import type { Watch } from './progress/watch.js';

/** Which tokens of a chunk are scored. */
export type Scored =
  /**
   * As in `llama-perplexity` (tools/perplexity/perplexity.cpp): a chunk's first token gives way to the beginning token,
   * and the last n - floor(n / 2) - 1 of n are scored.
   */
  | 'second-half'
  /** Every token that has something in front of it. */
  | 'all';

export interface ChunkRequest extends Extent {
  readonly backend: Backend;
  /** Tokens of a chunk, the beginning token included. */
  readonly chunk: number;
  readonly scored: Scored;
  /** Fewer complete chunks are refused. */
  readonly fewestChunks: number;
  readonly label: DocumentLabel;
  /** Takes each chunk's nats; index i is the token with i tokens in front of it, NaN where it was not scored. */
  readonly onChunk?: (nats: Float32Array) => void;
  /** Where someone looks on. */
  readonly watch?: Watch | undefined;
  readonly signal: AbortSignal;
}

export interface ChunkResult {
  readonly account: Account;
  readonly tally: ChunkTally;
  readonly failure: UnspoolError | undefined;
}

/** A chunk that the model was given. */
interface ChunkInHand {
  readonly scores: Promise<Float32Array>;
  readonly run: TokenRun;
  /** UTF-8 bytes of the scored tokens. */
  readonly textBytes: number;
  /** Number of its first document token, and where that starts in the source. */
  readonly from: number;
  readonly fromByte: number;
  /** Document tokens that were decoded before it. */
  readonly forgotten: number;
}

/**
 * Scores a document chunk by chunk; what is left at its end is skipped. While the model is at one chunk, the next is
 * read and handed over. The document ends with an `UnspoolError` where it is too short. `findings`: what was made of the
 * chunks, asked for once all are scored.
 */
export async function* scoreChunks(
  request: ChunkRequest,
  findings: () => Iterable<RunEvent> = () => [],
): AsyncGenerator<RunEvent, ChunkResult> {
  const { backend, chunk, document, label, watch, signal } = request;
  const { beginning } = backend.vocabulary;
  const reader = new TokenReader(tokenRuns(document.chunks(), backend.vocabulary), request.limitTokens);
  const tally = new ChunkTally(chunk);
  const opening = beginning === undefined ? 0 : 1;
  const replacesFirst = request.scored === 'second-half' && opening === 1;
  let read = 0;
  let decoded = 0;
  let inHand: ChunkInHand | undefined;
  let failure: UnspoolError | undefined;

  async function* settle(): AsyncGenerator<RunEvent> {
    const done = inHand;
    inHand = undefined;
    if (done === undefined) return;
    const scores = await done.scores;
    const { tokens, positions } = done.run;
    const before = tally.tokens;
    const nats = tally.add(scores, done.textBytes);
    request.onChunk?.(Float32Array.of(Number.NaN, ...scores));
    const to = done.from + tokens.length;
    const end = positions.at(-1) ?? documentStart;
    const lines = linesOf(done.run);
    if (watch !== undefined) {
      const unscored = tokens.length - scores.length;
      if (unscored > 0) watch.begin(tokens[0] ?? 0, positions[0] ?? documentStart);
      yield* watch.observe(scores, positions.slice(unscored), tokens.subarray(unscored));
      yield* watch.show(chunkInView(done.run));
    }
    yield {
      event: 'block-scored',
      document: label,
      tokens: [to - (tally.tokens - before), to],
      nats,
      inView: Math.min(tokens.length, chunk - opening),
      sinksInView: 0,
      forgotten: done.forgotten,
      linesInView: lines,
      bytesInView: [done.fromByte, end.bytes],
      skippedLines: 0,
      ...reached(end, shareRead(request, end, to)),
    };
  }

  yield { event: 'document-start', document: label };
  try {
    const needed = request.fewestChunks * chunk - opening;
    const atHand = await reader.fill(needed);
    if (reader.failure === undefined && !signal.aborted && atHand < needed) {
      throw tooShort(request, reader, atHand + opening);
    }
    for (let number = 0; !signal.aborted; number += 1) {
      const fresh = number === 0 || !replacesFirst ? chunk - opening : chunk;
      if ((await reader.fill(fresh)) < fresh) break;
      const fromByte = reader.position.bytes;
      const run = reader.take(fresh);
      const tokens = new Int32Array(chunk);
      tokens.set(run.tokens, chunk - fresh);
      if (beginning !== undefined) tokens[0] = beginning;
      const firstTarget = request.scored === 'all' ? 1 : Math.floor(chunk / 2) + 1;
      const targets = tokens.slice(1).fill(-1, 0, firstTarget - 1);
      // The bytes up to the first target's start: those up to the end of the token before it.
      const before = run.positions[firstTarget - 1 - (chunk - fresh)]?.textBytes ?? textBytesBefore(run, backend);
      const end = run.positions.at(-1)?.textBytes ?? before;
      const scores = Promise.all([backend.clear(), backend.decode(tokens, targets)]).then(([, nats]) => nats);
      // Its failure may come before it is asked for.
      scores.catch(() => undefined);
      const handed = { scores, run, textBytes: end - before, from: read, fromByte, forgotten: decoded };
      read += fresh;
      decoded += fresh - (fresh === chunk && opening === 1 ? 1 : 0);
      yield* settle();
      inHand = handed;
    }
    yield* settle();
    read += await drain(reader, signal);
  } catch (error) {
    failure = toUnspoolError(error);
  } finally {
    await reader.close();
  }
  failure ??= reader.failure;
  yield* findings();
  const ended = endingOf(request, reader, { failed: failure !== undefined });
  const inView = Math.min(decoded, chunk - opening);
  const account: Account = {
    bytes: reader.position.bytes,
    lines: reader.position.lines,
    skippedLines: 0,
    skippedBytes: 0,
    invalidBytes: reader.position.invalidBytes,
    controlCharacters: reader.position.controlCharacters,
    tokens: { read, scored: tally.tokens, evicted: decoded - inView, inView, skipped: read - decoded },
  };
  const perplexity = request.scored === 'second-half' ? tally.figures() : null;
  yield documentEnd(label, account, perplexity, ended, failure);
  return { account, tally, failure };
}

function documentEnd(
  document: DocumentLabel,
  account: Account,
  perplexity: ChunkedPerplexity | null,
  ended: DocumentEnd['ended'],
  failure: UnspoolError | undefined,
): DocumentEnd {
  return { event: 'document-end', document, account, perplexity, ended, error: failure?.toFailure() ?? null };
}

/** Where a run's text starts, when its first token is the first target. */
function textBytesBefore({ tokens, positions }: TokenRun, { vocabulary }: Backend): number {
  const [first] = positions;
  return first === undefined ? 0 : first.textBytes - vocabulary.byteLength(tokens[0] ?? 0);
}

/** What is left at the end: too little for a chunk. Returns how many tokens that is. */
async function drain(reader: TokenReader, signal: AbortSignal): Promise<number> {
  const left = signal.aborted ? 0 : await reader.fill(Number.MAX_SAFE_INTEGER);
  if (left > 0) reader.take(left);
  return left;
}

function linesOf({ positions }: TokenRun): LineRange | null {
  const [first, last] = [positions[0], positions.at(-1)];
  return first === undefined || last === undefined ? null : [first.lines, last.lines];
}

/** All of a chunk is in view. */
export function chunkInView(run: TokenRun): TokensInView {
  const { tokens } = run;
  const shown = shownPart(tokens.length, (from, to) => tokens.slice(from, to));
  return { sinks: new Int32Array(0), ...shown, lines: linesOf(run) };
}

/** `tokens`: what there is, the beginning token included. */
export function tooShort(
  { label, chunk, fewestChunks, limitBytes }: Pick<ChunkRequest, 'label' | 'chunk' | 'fewestChunks' | 'limitBytes'>,
  reader: TokenReader,
  tokens: number,
): UnspoolError {
  const chunks = fewestChunks === 1 ? `a chunk of ${chunk}` : `${fewestChunks} chunks of ${chunk}`;
  const message = `${label.name}: too short for ${chunks}: ${tokens} of ${fewestChunks * chunk} tokens`;
  const limited = reader.limited || limitBytes !== undefined;
  return new UnspoolError('too-short', message, `use a smaller --chunk${limited ? ', or a larger --limit' : ''}`);
}

/** Adds up nats per token, with the error that llama.cpp prints: tokens are taken to be independent. */
export class ChunkTally {
  chunks = 0;
  tokens = 0;
  nats = 0;
  bytes = 0;
  #squares = 0;

  constructor(readonly chunk: number) {}

  /** Scores in nats; those that are NaN were not asked for. `bytes`: of the others' text. Returns the sum of nats. */
  add(scores: Float32Array, bytes: number): number {
    let sum = 0;
    for (const score of scores) {
      if (Number.isNaN(score)) continue;
      sum += score;
      this.#squares += score * score;
      this.tokens += 1;
    }
    this.nats += sum;
    this.bytes += bytes;
    this.chunks += 1;
    return sum;
  }

  include(other: ChunkTally): void {
    this.chunks += other.chunks;
    this.tokens += other.tokens;
    this.nats += other.nats;
    this.bytes += other.bytes;
    this.#squares += other.#squares;
  }

  /** The error is that of perplexity.cpp: exp(mean) * sqrt((mean of squares - mean squared) / (tokens - 1)). */
  figures(): ChunkedPerplexity {
    const mean = this.nats / this.tokens;
    const variance = this.#squares / this.tokens - mean * mean;
    const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
    return {
      protocol: 'chunked',
      value: finite(Math.exp(mean)),
      standardError: finite(Math.exp(mean) * Math.sqrt(variance / (this.tokens - 1))),
      natsPerToken: finite(mean),
      bitsPerByte: finite(this.nats / Math.LN2 / this.bytes),
      tokens: this.tokens,
      chunk: this.chunk,
      chunks: this.chunks,
    };
  }
}
