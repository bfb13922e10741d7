// The run loop: a document through the model, block by block, with an account of every token.

import { toUnspoolError, type UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import type { Document } from './document.js';
import type { Account, DocumentEnd, DocumentLabel, RunEvent } from './events.js';
import type { Observer } from './observer.js';
import { planEviction, type EvictionPlan, type Policy } from './policy.js';
import { perplexityOf, SurpriseTally } from './surprise.js';
import { TokenReader } from './token-reader.js';
import { tokenRuns, type Position } from './token-stream.js';
import { View } from './view.js';
import { Workload } from './workload.js';

export interface ScoreRequest {
  readonly backend: Backend;
  readonly policy: Policy;
  readonly document: Document;
  readonly label: DocumentLabel;
  /** Document tokens to read at most. */
  readonly limitTokens?: number | undefined;
  /** Where the document ends early by the user's wish, in source bytes: known so that the time left can be told. */
  readonly limitBytes?: number | undefined;
  /** Makes something of the scores. */
  readonly observer?: Observer | undefined;
  /** Once aborted, the run ends after the block in hand, with what was computed. */
  readonly signal: AbortSignal;
}

/** What a document's run leaves behind beside its events. */
export interface ScoreResult {
  readonly account: Account;
  readonly tally: SurpriseTally;
  readonly failure: UnspoolError | undefined;
}

/**
 * Streams one document through a cleared cache and scores every token that has something in front of it: all after a
 * beginning token, all but the first without. A block's last cell predicts the first token of the next block.
 */
export async function* scoreDocument(request: ScoreRequest): AsyncGenerator<RunEvent, ScoreResult> {
  const { backend, policy, document, label, observer, signal } = request;
  const { beginning } = backend.vocabulary;
  const reader = new TokenReader(tokenRuns(document.chunks(), backend.vocabulary), request.limitTokens);
  const view = new View(policy, beginning !== undefined);
  const tally = new SurpriseTally(view.capacity);
  let scoredTo = beginning === undefined ? 1 : 0;
  let scoredBytes: number | undefined = beginning === undefined ? undefined : 0;
  const workload = new Workload();
  let failure: UnspoolError | undefined;
  let full = false;

  yield { event: 'document-start', document: label };
  try {
    await backend.clear();
    for (;;) {
      const opening = !view.opened && beginning !== undefined ? [beginning] : [];
      if (reader.waits) yield* observer?.pause() ?? [];
      const atHand = await reader.fill(policy.block + 1);
      // The last token before a pause waits, so that it can predict what comes after.
      const available = reader.paused ? atHand - 1 : atHand;
      if (reader.paused && available <= 0) continue;
      // After an interruption, a token that is scored already still joins the cache, so that the account closes.
      const incoming = Math.min(policy.block, available + opening.length);
      const wanted = signal.aborted ? (view.opened ? scoredTo - view.read : 0) : incoming;
      if (available === 0 || wanted === 0) break;
      const plan = planEviction(policy, view.cached, wanted, beginning !== undefined);
      if (plan.kind === 'stop') {
        full = true;
        yield contextFull(label, view.read, policy);
        break;
      }
      const evicted = view.evict(plan);
      await makeRoom(backend, plan, view);
      if (evicted !== undefined) yield { event: 'evicted', document: label, tokens: evicted };

      const run = reader.take(plan.accept - opening.length);
      const block = Int32Array.from([...opening, ...run.tokens]);
      const last = policy.kind === 'dense' && view.cached + block.length >= view.capacity;
      const next = last || signal.aborted ? undefined : reader.peek();
      const targets = Int32Array.from([...block.subarray(1), ...(next === undefined ? [] : [next.token])]);
      const scores = await backend.decode(block, targets);
      view.append(run);

      const end: Position = next?.position ?? run.positions.at(-1) ?? reader.position;
      scoredBytes ??= run.positions[0]?.textBytes ?? 0;
      const nats = tally.add(scores, end.textBytes - scoredBytes);
      const ends = run.positions.slice(1 - opening.length);
      yield* observer?.observe(scores, next === undefined ? ends : [...ends, next.position]) ?? [];
      yield {
        event: 'block-scored',
        document: label,
        tokens: [scoredTo, scoredTo + scores.length],
        nats,
        inView: view.inView,
        forgotten: view.forgotten,
        linesInView: view.lines,
        bytes: end.bytes,
        done: shareDone(request, end, view.read, workload),
      };
      scoredTo += scores.length;
      scoredBytes = end.textBytes;
    }
  } catch (error) {
    failure = toUnspoolError(error);
  } finally {
    await reader.close();
  }
  failure ??= reader.failure;
  try {
    if (observer !== undefined) yield* observer.finish(view);
  } catch (error) {
    failure ??= toUnspoolError(error);
  }
  const ended = endOf(request, reader, { failed: failure !== undefined, full });
  if (view.read === 0 && ended === 'end') yield nothingToScore(label);
  const account = accountOf(observer, view, tally, reader.position);
  yield {
    event: 'document-end',
    document: label,
    account,
    perplexity: perplexityOf(tally, policy),
    ended,
    error: failure?.toFailure() ?? null,
    ...(observer?.readAs !== undefined && { readAs: observer.readAs }),
  };
  return { account, tally, failure };
}

function endOf(
  { signal, limitBytes }: ScoreRequest,
  reader: TokenReader,
  { failed, full }: { readonly failed: boolean; readonly full: boolean },
): DocumentEnd['ended'] {
  if (failed) return 'failed';
  if (full) return 'full';
  if (signal.aborted) return 'interrupted';
  // A document is cut back to a whole code point: 3 bytes at most.
  const bytesReached = limitBytes !== undefined && reader.position.bytes > limitBytes - 4;
  return reader.limited || bytesReached ? 'limit' : 'end';
}

/** The share of the work that is behind us, by tokens where they are limited, else by bytes on disk. */
function shareDone(request: ScoreRequest, position: Position, read: number, workload: Workload): number | null {
  const { document, observer, limitTokens, limitBytes } = request;
  const { bytes, totalBytes } = document.progress;
  const size = totalBytes === undefined || totalBytes === 0 ? Infinity : totalBytes;
  // What was read ahead does not count, unless decompression hides how much that is.
  const share = Math.max(
    Math.min(bytes, position.bytes) / size,
    read / (limitTokens ?? Infinity),
    position.bytes / (limitBytes ?? Infinity),
  );
  // Where lines are left out, reading is work of its own, and decoding slows down.
  const shareRead = Math.max(share, Math.min(1, bytes / Math.min(size, limitBytes ?? Infinity)));
  workload.reach(bytes, read);
  const growth = observer?.growth(shareRead);
  if (growth !== undefined && share > 0) return workload.share(shareRead, growth);
  return share > 0 ? Math.min(1, share) : null;
}

async function makeRoom(backend: Backend, plan: Exclude<EvictionPlan, { kind: 'stop' }>, view: View): Promise<void> {
  if (plan.kind === 'erase') {
    for (const range of plan.ranges) await backend.erase(range);
    return;
  }
  await backend.clear();
  const { beginning } = backend.vocabulary;
  const kept = Int32Array.from([...(beginning === undefined ? [] : [beginning]), ...view.recent(plan.keep)]);
  if (kept.length > 0) await backend.decode(kept, new Int32Array(0));
}

function accountOf(observer: Observer | undefined, view: View, tally: SurpriseTally, position: Position): Account {
  return {
    bytes: position.bytes,
    lines: position.lines,
    skippedLines: observer?.skipped?.lines ?? 0,
    skippedBytes: observer?.skipped?.bytes ?? 0,
    invalidBytes: position.invalidBytes,
    controlCharacters: position.controlCharacters,
    tokens: { read: view.read, scored: tally.tokens, evicted: view.forgotten, inView: view.inView, skipped: 0 },
  };
}

function nothingToScore(document: DocumentLabel): RunEvent {
  return { event: 'warning', document, code: 'no-text', message: `${document.name}: holds no text`, hint: null };
}

function contextFull(document: DocumentLabel, read: number, policy: Policy): RunEvent {
  return {
    event: 'warning',
    document,
    code: 'context-full',
    message: `${document.name}: stopped after ${read} tokens: a dense cache of ${policy.window} cells is full`,
    hint: 'use --policy sinks to read on',
  };
}
