// The run loop: a document through the model, block by block, with an account of every token.

import { toUnspoolError, type UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import { beginAt, stateOf, type Bookmark } from './bookmark.js';
import type { Account, BlockScored, DocumentLabel, RunEvent, TokenRange } from './events/events.js';
import type { Observer } from './observer.js';
import { endingOf } from './ending.js';
import { planEviction, type EvictionPlan, type Policy } from './policy.js';
import type { Extent } from './progress/reach.js';
import { goesOn, progressOf } from './progress/run-progress.js';
import { perplexityOf, type SurpriseTally } from './surprise.js';
import type { Position } from './tokens/token-stream.js';
import type { TokensInView, View } from './view.js';
import type { Watch } from './progress/watch.js';
import { Workload } from './progress/workload.js';

export interface ScoreRequest extends Extent {
  readonly backend: Backend;
  readonly policy: Policy;
  readonly label: DocumentLabel;
  /** Makes something of the scores. */
  readonly observer?: Observer | undefined;
  /** Where someone looks on. */
  readonly watch?: Watch | undefined;
  /** Where states are kept, and what to go on from. Not of a document that pauses. */
  readonly bookmark?: Bookmark | undefined;
  /** Seconds on a steady clock, which the run is timed by. */
  readonly now?: (() => number) | undefined;
  /** Once aborted, the run ends after the block in hand, with what was computed. */
  readonly signal: AbortSignal;
}

/** What a document's run leaves behind beside its events. */
export interface ScoreResult {
  readonly account: Account;
  readonly tally: SurpriseTally;
  readonly failure: UnspoolError | undefined;
}

/** A block that the model was given, with all that is to be said once its scores are there. */
interface BlockInHand {
  readonly scores: Promise<Float32Array>;
  readonly evicted: TokenRange | undefined;
  /** The scored tokens, and the position after each. */
  readonly targets: Int32Array;
  readonly ends: readonly Position[];
  /** Number of the first scored token. */
  readonly from: number;
  /** UTF-8 bytes of the scored tokens. */
  readonly textBytes: number;
  readonly view: Pick<BlockScored, 'inView' | 'sinksInView' | 'forgotten' | 'linesInView' | 'bytesInView'>;
  /** Where someone looks on. */
  readonly tokensInView: TokensInView | undefined;
  readonly position: Position;
  readonly read: number;
}

/**
 * Streams one document through a cleared cache and scores every token that has something in front of it: all after a
 * beginning token, all but the first without. A block's last cell predicts the first token of the next block. While
 * the model is at one block, the next is read, tokenised and handed over. States are kept between two blocks only after
 * which the run would go on alike if the text were longer: what is read after the last of them is read again. Throws an
 * `UnspoolError` where it cannot go on from the bookmark.
 */
export async function* scoreDocument(request: ScoreRequest): AsyncGenerator<RunEvent, ScoreResult> {
  const { backend, policy, label, observer, watch, bookmark, signal } = request;
  const { vocabulary } = backend;
  const { beginning } = vocabulary;
  const { scores: isScored } = backend.capabilities;
  yield { event: 'document-start', document: label };
  const { reader, view, tally, scored } = await beginAt({ ...request, vocabulary, bookmark });
  let scoredTo = scored === undefined ? (beginning === undefined ? 1 : 0) : view.read + 1;
  let scoredBytes = scored?.position.textBytes ?? (beginning === undefined ? undefined : 0);
  const workload = new Workload(request.now);
  let inHand: BlockInHand | undefined;
  let failure: UnspoolError | undefined;
  let full = false;

  async function* settle(): AsyncGenerator<RunEvent> {
    const block = inHand;
    inHand = undefined;
    if (block === undefined) return;
    const scores = await block.scores;
    if (block.evicted !== undefined) {
      yield { event: 'evicted', document: label, tokens: block.evicted };
      yield* watch?.forget(block.evicted) ?? [];
    }
    const nats = tally.add(scores, block.textBytes);
    yield* observer?.observe(scores, block.ends, block.targets) ?? [];
    yield* watch?.observe(scores, block.ends, block.targets) ?? [];
    if (block.tokensInView !== undefined) yield* watch?.show(block.tokensInView) ?? [];
    yield {
      event: 'block-scored',
      document: label,
      tokens: [block.from, block.from + scores.length],
      nats,
      ...block.view,
      skippedLines: observer?.skippedTo(block.position)?.lines ?? 0,
      ...progressOf(request, block.position, block.read, workload),
    };
  }

  try {
    if (scored === undefined) await backend.clear();
    else {
      workload.start(request.document.progress.bytes, view.read);
      watch?.resume(scored.token, scored.position, view.read);
      yield goesOn(request, scored.position, view.read);
    }
    let keptAt = scored === undefined ? -1 : view.read;
    for (;;) {
      const opening = !view.opened && beginning !== undefined ? [beginning] : [];
      if (reader.waits) {
        yield* settle();
        yield* observer?.pause() ?? [];
      }
      const filling = reader.fill(policy.block + 1);
      // What a slow source sent so far is reported before more is waited for.
      if (await isFirst(inHand?.scores, filling)) yield* settle();
      const atHand = await filling;
      // The last token before a pause waits, so that it can predict what comes after.
      const available = reader.paused ? atHand - 1 : atHand;
      if (reader.paused && available <= 0) continue;
      const incoming = Math.min(policy.block, available + opening.length);
      const isLast = signal.aborted || reader.settled <= incoming - opening.length || fills(view, policy, incoming);
      const isWhole = !view.opened || (scoredTo > view.read && reader.settled > 0);
      if (bookmark !== undefined && isWhole && view.read !== keptAt && (isLast || (view.opened && bookmark.isDue()))) {
        yield* settle();
        await bookmark.keep(stateOf({ reader, view, tally }, observer?.state?.()));
        keptAt = view.read;
      }
      // After an interruption, a token that is scored already still joins the cache, so that the account closes.
      const ahead = view.opened && isScored ? scoredTo - view.read : 0;
      const wanted = signal.aborted ? ahead : incoming;
      if (available === 0 || wanted === 0) break;
      const plan = planEviction(policy, view.cached, wanted, beginning !== undefined);
      if (plan.kind === 'stop') {
        yield* settle();
        full = true;
        yield contextFull(label, view.read, policy);
        break;
      }
      const evicted = view.evict(plan);
      const room = makeRoom(backend, plan, view);

      const run = reader.take(plan.accept - opening.length);
      const block = Int32Array.from([...opening, ...run.tokens]);
      const last = fills(view, policy, block.length);
      const next = last || signal.aborted ? undefined : reader.peek();
      const following = [...block.subarray(1), ...(next === undefined ? [] : [next.token])];
      const targets = Int32Array.from(isScored ? following : []);
      const scores = together([...room, backend.decode(block, targets)]);
      view.append(run);

      const position: Position = next?.position ?? run.positions.at(-1) ?? reader.position;
      if (scoredBytes === undefined) {
        const [first] = run.positions;
        scoredBytes = first?.textBytes ?? 0;
        if (first !== undefined) for (const each of [observer, watch]) each?.begin?.(run.tokens[0] ?? 0, first);
      }
      const ends = run.positions.slice(1 - opening.length);
      const handed: BlockInHand = {
        scores,
        evicted,
        targets,
        ends: isScored ? (next === undefined ? ends : [...ends, next.position]) : [],
        from: scoredTo,
        textBytes: position.textBytes - scoredBytes,
        view: {
          inView: view.inView,
          sinksInView: view.sinksInView,
          forgotten: view.forgotten,
          linesInView: view.lines,
          bytesInView: view.bytes,
        },
        tokensInView: watch === undefined ? undefined : view.tokensInView,
        position,
        read: view.read,
      };
      scoredTo += targets.length;
      scoredBytes = position.textBytes;
      yield* settle();
      inHand = handed;
    }
    yield* settle();
  } catch (error) {
    failure = toUnspoolError(error);
  } finally {
    await reader.close();
  }
  failure ??= reader.failure;
  try {
    yield* watch?.finish() ?? [];
    if (observer !== undefined) yield* observer.finish(view, failure);
  } catch (error) {
    failure ??= toUnspoolError(error);
  }
  const ended = endingOf(request, reader, { failed: failure !== undefined, full });
  if (view.read === 0 && ended === 'end') yield nothingToScore(label);
  const account = accountOf(observer, view, tally, reader.position);
  yield {
    event: 'document-end',
    document: label,
    account,
    perplexity: isScored ? perplexityOf(tally, policy) : null,
    ended,
    error: failure?.toFailure() ?? null,
    ...(observer?.readAs !== undefined && { readAs: observer.readAs }),
  };
  return { account, tally, failure };
}

/** Whether so many more tokens fill a cache that forgets nothing. */
function fills(view: View, policy: Policy, tokens: number): boolean {
  return policy.kind === 'dense' && view.cached + tokens >= view.capacity;
}

/** The last result of calls that depend on each other. Its failure may come before anyone asks for it. */
function together(calls: readonly [...Promise<unknown>[], Promise<Float32Array>]): Promise<Float32Array> {
  const all = Promise.all(calls).then((results) => results.at(-1) as Float32Array);
  all.catch(() => undefined);
  return all;
}

/** Whether `scores` are there before `filling` is done. */
async function isFirst(scores: Promise<unknown> | undefined, filling: Promise<unknown>): Promise<boolean> {
  if (scores === undefined) return false;
  const done = (first: boolean) => () => first;
  return Promise.race([filling.then(done(false), done(false)), scores.then(done(true), done(true))]);
}

/** Asks the backend to make room; its calls are carried out before those that follow. */
function makeRoom(backend: Backend, plan: Exclude<EvictionPlan, { kind: 'stop' }>, view: View): Promise<unknown>[] {
  if (plan.kind === 'erase') return plan.ranges.map((range) => backend.erase(range));
  const { beginning } = backend.vocabulary;
  const kept = Int32Array.from([...(beginning === undefined ? [] : [beginning]), ...view.recent(plan.keep)]);
  return [backend.clear(), ...(kept.length > 0 ? [backend.decode(kept, new Int32Array(0))] : [])];
}

function accountOf(observer: Observer | undefined, view: View, tally: SurpriseTally, position: Position): Account {
  const skipped = observer?.skippedTo(position);
  return {
    bytes: position.bytes,
    lines: position.lines,
    skippedLines: skipped?.lines ?? 0,
    skippedBytes: skipped?.bytes ?? 0,
    invalidBytes: position.invalidBytes,
    controlCharacters: position.controlCharacters,
    tokens: { read: view.read, scored: tally.tokens, evicted: view.forgotten, inView: view.inView, skipped: 0 },
  };
}

export function nothingToScore(document: DocumentLabel): RunEvent {
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
