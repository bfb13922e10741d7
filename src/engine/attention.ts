// Where a model's attention goes on a document, chunk by chunk, each in an empty cache: nothing is evicted.

import { toUnspoolError, UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import type { Account, AttentionHead, DocumentEnd, DocumentLabel, RunEvent } from './events/events.js';
import { chunkInView, tooShort } from './chunked.js';
import { endingOf } from './ending.js';
import { reached, shareRead, type Extent } from './progress/reach.js';
import { TokenReader } from './tokens/token-reader.js';
import { tokenRuns } from './tokens/token-stream.js';
import type { Watch } from './progress/watch.js';

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
  const { backend, chunk, document, label, signal } = request;
  const { beginning } = backend.vocabulary;
  const opening = beginning === undefined ? [] : [beginning];
  const reader = new TokenReader(tokenRuns(document.chunks(), backend.vocabulary), request.limitTokens);
  const fresh = chunk - opening.length;
  const mean = new MeanShares();
  let skipped = 0;
  let failure: UnspoolError | undefined;
  yield { event: 'document-start', document: label };
  try {
    let left = 0;
    while (!signal.aborted) {
      left = await reader.fill(fresh);
      if (left < fresh) break;
      const run = reader.take(fresh);
      const tokens = Int32Array.from([...opening, ...run.tokens]);
      const attention = await backend.attention?.(tokens, request.sinks, request.recent);
      if (attention === undefined) throw cannotLook();
      mean.add(attention);
      yield* request.watch?.show(chunkInView(run)) ?? [];
      const read = mean.chunks * fresh;
      const { position } = reader;
      const progress = reached(position, shareRead(request, position, read));
      yield { event: 'progress', document: label, lines: position.lines, tokens: read, ...progress };
    }
    if (reader.failure === undefined && !signal.aborted) {
      if (mean.chunks === 0) throw tooShort({ ...request, fewestChunks: 1 }, reader, left + opening.length);
      // Too little for a chunk.
      skipped = reader.take(left).tokens.length;
    }
  } catch (error) {
    failure = toUnspoolError(error);
  } finally {
    await reader.close();
  }
  failure ??= reader.failure;
  yield* mean.heads(label);
  const ended = endingOf(request, reader, { failed: failure !== undefined });
  const account = accountOf(reader, mean.chunks * fresh, Math.min(mean.chunks, 1) * fresh, skipped);
  yield documentEnd(label, account, ended, failure);
  return { account, failure };
}

function accountOf(reader: TokenReader, decoded: number, inView: number, skipped: number): Account {
  const { bytes, lines, invalidBytes, controlCharacters } = reader.position;
  const tokens = { read: decoded + skipped, scored: 0, evicted: decoded - inView, inView, skipped };
  return { bytes, lines, skippedLines: 0, skippedBytes: 0, invalidBytes, controlCharacters, tokens };
}

function documentEnd(
  document: DocumentLabel,
  account: Account,
  ended: DocumentEnd['ended'],
  failure: UnspoolError | undefined,
): DocumentEnd {
  return { event: 'document-end', document, account, perplexity: null, ended, error: failure?.toFailure() ?? null };
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
