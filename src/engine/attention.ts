// Where a model's attention goes on a document, chunk by chunk, each in an empty cache: nothing is evicted.

import { UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import { chunkInView, tooShort } from './chunked.js';
import { accountAt, documentEnd, endingOf } from './ending.js';
import type { Account, AttentionHead, DocumentLabel, RunEvent, TokenAccount } from './events/events.js';
import { untilClosed } from './pipeline.js';
import { progressFigures, shareRead, type Extent } from './progress/document-progress.js';
import type { Watch } from './progress/watch.js';
import { TokenReader } from './tokens/token-reader.js';
import { tokenRuns, type TokenRun } from './tokens/token-stream.js';

export interface AttentionRequest extends Extent {
  readonly backend: Backend;
  /** Tokens of a chunk, the beginning token included. */
  readonly chunk: number;
  /** First tokens that count as sinks, the beginning token included. */
  readonly sinks: number;
  /** Last tokens that count as recent, the query itself included. */
  readonly recent: number;
  readonly label: DocumentLabel;
  /** Where someone looks on. */
  readonly watch?: Watch | undefined;
  readonly signal: AbortSignal;
}

export interface AttentionResult {
  readonly account: Account;
  readonly failure: UnspoolError | undefined;
}

/** Below this, what is missing in the sum of the weights is rounding. */
const rounding = 1e-3;
const regions = 3;

/** Reports each head at the end: the mean over chunks, of the queries in their second half. */
export async function* measureAttention(request: AttentionRequest): AsyncGenerator<RunEvent, AttentionResult> {
  const { label } = request;
  const run = new AttentionRun(request);
  const { reader } = run;
  yield { event: 'document-start', document: label };
  const failure = yield* untilClosed(run.steps(), reader);
  yield* run.mean.heads(label);
  const ended = endingOf(request, reader, { failed: failure !== undefined });
  const account = accountAt(reader.position, run.tokens);
  yield documentEnd(label, account, null, ended, failure);
  return { account, failure };
}

/** A document on its way through the model. The model looks at one chunk at a time: nothing is read meanwhile. */
class AttentionRun {
  readonly reader: TokenReader;
  readonly mean = new MeanShares();
  readonly #request: AttentionRequest;
  readonly #opening: readonly number[];
  /** Document tokens of a chunk. */
  readonly #fresh: number;
  #skipped = 0;

  constructor(request: AttentionRequest) {
    const { backend, chunk, document, limitTokens } = request;
    const { beginning } = backend.vocabulary;
    this.reader = new TokenReader(tokenRuns(document.chunks(), backend.vocabulary), limitTokens);
    this.#request = request;
    this.#opening = beginning === undefined ? [] : [beginning];
    this.#fresh = chunk - this.#opening.length;
  }

  /** Where the document's tokens went. */
  get tokens(): TokenAccount {
    const decoded = this.mean.chunks * this.#fresh;
    const inView = Math.min(decoded, this.#fresh);
    const skipped = this.#skipped;
    return { read: decoded + skipped, scored: 0, evicted: decoded - inView, inView, skipped };
  }

  async *steps(): AsyncGenerator<RunEvent> {
    const { reader } = this;
    const { signal } = this.#request;
    let left = 0;
    while (!signal.aborted) {
      left = await reader.fill(this.#fresh);
      if (left < this.#fresh) break;
      const run = reader.take(this.#fresh);
      await this.#look(run);
      yield* this.#report(run);
    }
    if (reader.failure !== undefined || signal.aborted) return;
    if (this.mean.chunks === 0) {
      throw tooShort({ ...this.#request, fewestChunks: 1 }, reader, left + this.#opening.length);
    }
    // Too little for a chunk.
    this.#skipped = reader.take(left).tokens.length;
  }

  async #look(run: TokenRun): Promise<void> {
    const { backend, sinks, recent } = this.#request;
    const tokens = Int32Array.from([...this.#opening, ...run.tokens]);
    const attention = await backend.attention?.(tokens, sinks, recent);
    if (attention === undefined) throw cannotLook();
    this.mean.add(attention);
  }

  *#report(run: TokenRun): Generator<RunEvent> {
    const { label, watch } = this.#request;
    yield* watch?.show(chunkInView(run)) ?? [];
    const tokens = this.mean.chunks * this.#fresh;
    const { position } = this.reader;
    const progress = progressFigures(position, shareRead(this.#request, position, tokens));
    yield { event: 'progress', document: label, lines: position.lines, tokens, ...progress };
  }
}

function cannotLook(): UnspoolError {
  const message = "attention takes llama.cpp's own interface, which is not available here";
  return new UnspoolError('attention-unsupported', message, 'it works on a CPU, with the llama.cpp that unspool ships');
}

/** Adds up what each chunk shows. */
class MeanShares {
  chunks = 0;
  #layers: readonly number[] = [];
  #heads = 0;
  #sums = new Float64Array(0);

  add({ layers, heads, shares }: Awaited<ReturnType<NonNullable<Backend['attention']>>>): void {
    if (this.chunks === 0) this.#sums = new Float64Array(shares.length);
    this.chunks += 1;
    this.#layers = layers;
    this.#heads = heads;
    shares.forEach((share, index) => {
      this.#sums[index] = (this.#sums[index] ?? 0) + share;
    });
  }

  *heads(document: DocumentLabel): Generator<AttentionHead> {
    const all = this.#layers.flatMap((layer, row) =>
      Array.from({ length: this.#heads }, (_, head) => {
        const at = (row * this.#heads + head) * regions;
        const [sinks = 0, middle = 0, recent = 0] = this.#sums.subarray(at, at + regions);
        return { layer, head, sinks, middle, recent };
      }),
    );
    const share = (sum: number): number => sum / this.chunks;
    const rests = all.map(({ sinks, middle, recent }) => 1 - share(sinks + middle + recent));
    const hasLearnedSinks = rests.some((rest) => rest > rounding);
    for (const [index, { layer, head, sinks, middle, recent }] of all.entries()) {
      yield {
        event: 'attention-head',
        document,
        layer,
        head,
        sinks: share(sinks),
        middle: share(middle),
        recent: share(recent),
        learnedSink: hasLearnedSinks ? Math.max(0, rests[index] ?? 0) : null,
      };
    }
  }
}
