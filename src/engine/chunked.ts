// Disjoint chunks of a text, each scored in an empty cache: the protocol of llama.cpp's `llama-perplexity`.

import { UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import { accountAt, documentEnd, endingOf } from './ending.js';
import type { Account, ChunkedPerplexity, DocumentLabel, LineRange, RunEvent, TokenAccount } from './events/events.js';
import { oneAhead, together, untilClosed, type DecodingBlock, type BlockSteps } from './pipeline.js';
import { progressFigures, shareRead, type Extent } from './progress/document-progress.js';
import type { Watch } from './progress/watch.js';
import { TokenReader } from './tokens/token-reader.js';
import { documentStart, tokenRuns, type TokenRun } from './tokens/token-stream.js';
import { shownPart, type TokensInView } from './view.js';

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

/**
 * Scores a document chunk by chunk; what is left at its end is skipped. While the model is at one chunk, the next is
 * read and handed over. The document ends with an `UnspoolError` where it is too short. `findings`: what was made of the
 * chunks, asked for once all are scored.
 */
export async function* scoreChunks(
  request: ChunkRequest,
  findings: () => Iterable<RunEvent> = () => [],
): AsyncGenerator<RunEvent, ChunkResult> {
  const { label, scored } = request;
  const run = new ChunkedRun(request);
  const { reader, tally } = run;
  yield { event: 'document-start', document: label };
  const failure = yield* untilClosed(run.steps(), reader);
  yield* findings();
  const ended = endingOf(request, reader, { failed: failure !== undefined });
  const account = accountAt(reader.position, run.tokens);
  yield documentEnd(label, account, scored === 'second-half' ? tally.figures() : null, ended, failure);
  return { account, tally, failure };
}

/** A chunk that the model was given. */
interface Chunk extends DecodingBlock {
  readonly run: TokenRun;
  /** UTF-8 bytes of the scored tokens. */
  readonly textBytes: number;
  /** Number of its first document token, and where that starts in the source. */
  readonly from: number;
  readonly fromByte: number;
  /** Document tokens that were decoded before it. */
  readonly forgotten: number;
}

/** A document on its way through the model in chunks. */
class ChunkedRun implements BlockSteps<number, Chunk> {
  readonly reader: TokenReader;
  readonly tally: ChunkTally;
  readonly #request: ChunkRequest;
  /** Beginning tokens in front of a chunk. */
  readonly #opening: 0 | 1;
  #read = 0;
  #decoded = 0;

  constructor(request: ChunkRequest) {
    const { backend, chunk, document, limitTokens } = request;
    this.reader = new TokenReader(tokenRuns(document.chunks(), backend.vocabulary), limitTokens);
    this.tally = new ChunkTally(chunk);
    this.#request = request;
    this.#opening = backend.vocabulary.beginning === undefined ? 0 : 1;
  }

  /** Where the document's tokens went. */
  get tokens(): TokenAccount {
    const [read, decoded] = [this.#read, this.#decoded];
    const inView = Math.min(decoded, this.#request.chunk - this.#opening);
    return { read, scored: this.tally.tokens, evicted: decoded - inView, inView, skipped: read - decoded };
  }

  async *steps(): AsyncGenerator<RunEvent> {
    const { chunk, fewestChunks, signal } = this.#request;
    const needed = fewestChunks * chunk - this.#opening;
    const atHand = await this.reader.fill(needed);
    if (this.reader.failure === undefined && !signal.aborted && atHand < needed) {
      throw tooShort(this.#request, this.reader, atHand + this.#opening);
    }
    yield* oneAhead(this);
    this.#read += await drain(this.reader, signal);
  }

  /** How many document tokens the next chunk takes. */
  async *read(): AsyncGenerator<RunEvent, number | undefined> {
    const { chunk, scored, signal } = this.#request;
    // The first chunk starts with the beginning token; of a later one, the first token gives way to it.
    const fresh = this.#read > 0 && scored === 'second-half' ? chunk : chunk - this.#opening;
    return signal.aborted || (await this.reader.fill(fresh)) < fresh ? undefined : fresh;
  }

  decode(fresh: number): Chunk {
    const { backend, chunk, scored } = this.#request;
    const { beginning } = backend.vocabulary;
    const [from, fromByte, forgotten] = [this.#read, this.reader.position.bytes, this.#decoded];
    const run = this.reader.take(fresh);
    const tokens = new Int32Array(chunk);
    tokens.set(run.tokens, chunk - fresh);
    if (beginning !== undefined) tokens[0] = beginning;
    const firstTarget = scored === 'all' ? 1 : Math.floor(chunk / 2) + 1;
    const targets = tokens.slice(1).fill(-1, 0, firstTarget - 1);
    const scores = together([backend.clear(), backend.decode(tokens, targets)]);
    this.#read += fresh;
    // A token that gave way was only read.
    this.#decoded += Math.min(fresh, chunk - this.#opening);
    const textBytes = textBytesFrom(run, firstTarget - (chunk - fresh), backend);
    return { scores, run, textBytes, from, fromByte, forgotten };
  }

  *report({ run, textBytes, from, fromByte, forgotten }: Chunk, scores: Float32Array): Generator<RunEvent> {
    const { label, chunk, onChunk } = this.#request;
    const before = this.tally.tokens;
    const nats = this.tally.add(scores, textBytes);
    onChunk?.(Float32Array.of(Number.NaN, ...scores));
    yield* this.#show(run, scores);
    const to = from + run.tokens.length;
    const end = run.positions.at(-1) ?? documentStart;
    yield {
      event: 'block-scored',
      document: label,
      tokens: [to - (this.tally.tokens - before), to],
      nats,
      inView: Math.min(run.tokens.length, chunk - this.#opening),
      sinksInView: 0,
      forgotten,
      linesInView: linesOf(run),
      bytesInView: [fromByte, end.bytes],
      skippedLines: 0,
      ...progressFigures(end, shareRead(this.#request, end, to)),
    };
  }

  /** Where someone looks on. */
  *#show(run: TokenRun, scores: Float32Array): Generator<RunEvent> {
    const { watch } = this.#request;
    if (watch === undefined) return;
    const { tokens, positions } = run;
    const unscored = tokens.length - scores.length;
    if (unscored > 0) watch.begin(tokens[0] ?? 0, positions[0] ?? documentStart);
    yield* watch.observe(scores, positions.slice(unscored), tokens.subarray(unscored));
    yield* watch.show(chunkInView(run));
  }
}

/** UTF-8 bytes of a run's text from one of its tokens on: from where the token before it ends. */
function textBytesFrom({ tokens, positions }: TokenRun, token: number, { vocabulary }: Backend): number {
  const [first] = positions;
  const start = first === undefined ? 0 : first.textBytes - vocabulary.byteLength(tokens[0] ?? 0);
  const before = positions[token - 1]?.textBytes ?? start;
  return (positions.at(-1)?.textBytes ?? before) - before;
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
