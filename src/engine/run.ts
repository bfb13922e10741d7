// The run loop: a document through the model, block by block, with an account of every token.

import { toUnspoolError, type UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import { beginAt, stateOf, type Beginning, type Bookmark } from './bookmark.js';
import { accountAt, documentEnd, endingOf } from './ending.js';
import type { Account, BlockScored, DocumentLabel, RunEvent, TokenRange } from './events/events.js';
import type { Observer } from './observer.js';
import {
  makeRoom,
  oneAhead,
  together,
  untilClosed,
  type DecodingBlock,
  type InHand,
  type BlockSteps,
} from './pipeline.js';
import { planEviction, policyTraits, type EvictionPlan, type Policy } from './policy.js';
import { resumedEvent, progressOf, type Extent } from './progress/document-progress.js';
import type { Watch } from './progress/watch.js';
import { Workload } from './progress/workload.js';
import { perplexityOf, type SurpriseTally } from './surprise.js';
import type { NextToken } from './tokens/resume-point.js';
import type { Position, TokenRun } from './tokens/token-stream.js';
import type { TokensInView, View } from './view.js';

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

/**
 * Streams one document through a cleared cache and scores every token that has something in front of it: all after a
 * beginning token, all but the first without. A block's last cell predicts the first token of the next block. While
 * the model is at one block, the next is read, tokenised and handed over. States are kept between two blocks only after
 * which the run would go on alike if the text were longer: what is read after the last of them is read again. Throws an
 * `UnspoolError` where it cannot go on from the bookmark.
 */
export async function* scoreDocument(request: ScoreRequest): AsyncGenerator<RunEvent, ScoreResult> {
  const { backend, policy, label, observer, bookmark } = request;
  yield { event: 'document-start', document: label };
  const beginning = await beginAt({ ...request, vocabulary: backend.vocabulary, bookmark });
  const { reader, view, tally } = beginning;
  const run = new RollingRun(request, beginning);
  const failure = yield* conclude(request, view, yield* untilClosed(run.steps(), reader));
  const ended = endingOf(request, reader, { failed: failure !== undefined, full: run.full });
  if (view.read === 0 && ended === 'end') yield nothingToScore(label);
  const tokens = { read: view.read, scored: tally.tokens, evicted: view.forgotten, inView: view.inView, skipped: 0 };
  const account = accountAt(reader.position, tokens, observer?.skippedTo(reader.position));
  const perplexity = backend.capabilities.scores ? perplexityOf(tally, policy) : null;
  yield {
    ...documentEnd(label, account, perplexity, ended, failure),
    ...(observer?.readAs !== undefined && { readAs: observer.readAs }),
  };
  return { account, tally, failure };
}

/** Says what those who looked on know at the end. Returns why the document was not read to it. */
async function* conclude(
  { observer, watch }: ScoreRequest,
  view: View,
  failure: UnspoolError | undefined,
): AsyncGenerator<RunEvent, UnspoolError | undefined> {
  try {
    yield* watch?.finish() ?? [];
    if (observer !== undefined) yield* observer.finish(view, failure);
    return failure;
  } catch (error) {
    return failure ?? toUnspoolError(error);
  }
}

/** How room is made for a block. */
type PlannedEviction = Exclude<EvictionPlan, { kind: 'stop' }>;

/** What the model was given, with all that is to be said once its scores are there. */
interface Block extends DecodingBlock {
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

/** A document on its way through a cache that rolls under a policy. */
class RollingRun implements BlockSteps<PlannedEviction, Block> {
  readonly #request: ScoreRequest;
  /** Where the run is: what is read, in view, and scored so far. */
  readonly #at: Beginning;
  readonly #workload: Workload;
  /** Tokens that are scored already, or need not be: the first of all, without a beginning token. */
  #scoredTo: number;
  /** UTF-8 bytes of text up to there; undefined before the first token. */
  #scoredBytes: number | undefined;
  /** Tokens that were decoded when a state was kept last. */
  #keptAt: number;
  /** Whether a cache that forgets nothing has stopped the run. */
  full = false;

  constructor(request: ScoreRequest, beginning: Beginning) {
    const { view, scored } = beginning;
    const fromStart = request.backend.vocabulary.beginning === undefined ? 1 : 0;
    this.#request = request;
    this.#at = beginning;
    this.#workload = new Workload(request.now);
    this.#scoredTo = scored === undefined ? fromStart : view.read + 1;
    this.#scoredBytes = scored?.position.textBytes ?? (fromStart === 0 ? 0 : undefined);
    this.#keptAt = scored === undefined ? -1 : view.read;
  }

  async *steps(): AsyncGenerator<RunEvent> {
    const { backend, document, watch } = this.#request;
    const { view, scored } = this.#at;
    if (scored === undefined) await backend.clear();
    else {
      this.#workload.start(document.progress.bytes, view.read);
      watch?.resume(scored.token, scored.position, view.read);
      yield resumedEvent(this.#request, scored.position, view.read);
    }
    yield* oneAhead(this);
  }

  async *read(inHand: InHand): AsyncGenerator<RunEvent, PlannedEviction | undefined> {
    const { backend, policy, label, signal } = this.#request;
    const { view } = this.#at;
    const available = yield* this.#fill(inHand);
    const incoming = Math.min(policy.block, available + this.#opening.length);
    yield* this.#keepState(inHand, incoming);
    // After an interruption, a token that is scored already still joins the cache, so that the account closes.
    const ahead = view.opened && backend.capabilities.scores ? this.#scoredTo - view.read : 0;
    const wanted = signal.aborted ? ahead : incoming;
    if (available === 0 || wanted === 0) return undefined;
    const plan = planEviction(policy, view.cached, wanted, backend.vocabulary.beginning !== undefined);
    if (plan.kind !== 'stop') return plan;
    yield* inHand.settle();
    this.full = true;
    yield contextFull(label, view.read, policy);
    return undefined;
  }

  decode(plan: PlannedEviction): Block {
    const { backend, signal, watch } = this.#request;
    const { reader, view } = this.#at;
    const opening = this.#opening;
    const evicted = view.evict(plan);
    const room = makeRoom(backend, plan, (count) => view.recent(count));
    const run = reader.take(plan.accept - opening.length);
    const tokens = Int32Array.from([...opening, ...run.tokens]);
    const isLast = signal.aborted || this.#fills(tokens.length);
    const next = isLast ? undefined : reader.peek();
    const { targets, ends } = this.#targetsOf(run, next);
    const scores = together([...room, backend.decode(tokens, targets)]);
    view.append(run);

    const position = next?.position ?? run.positions.at(-1) ?? reader.position;
    const [from, textBytes] = [this.#scoredTo, position.textBytes - this.#textBefore(run)];
    this.#scoredTo += targets.length;
    this.#scoredBytes = position.textBytes;
    return {
      ...{ scores, evicted, targets, ends, from, textBytes, position, read: view.read },
      view: figuresOf(view),
      tokensInView: watch === undefined ? undefined : view.tokensInView,
    };
  }

  *report(block: Block, scores: Float32Array): Generator<RunEvent> {
    const { label, observer, watch } = this.#request;
    if (block.evicted !== undefined) {
      yield { event: 'evicted', document: label, tokens: block.evicted };
      yield* watch?.forget(block.evicted) ?? [];
    }
    const nats = this.#at.tally.add(scores, block.textBytes);
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
      ...progressOf(this.#request, block.position, block.read, this.#workload),
    };
  }

  /** The beginning token, which the first block starts with. */
  get #opening(): number[] {
    const { beginning } = this.#request.backend.vocabulary;
    return this.#at.view.opened || beginning === undefined ? [] : [beginning];
  }

  /** Whether so many more tokens fill a cache that forgets nothing. */
  #fills(tokens: number): boolean {
    const { view } = this.#at;
    return !policyTraits[this.#request.policy.kind].forgets && view.cached + tokens >= view.capacity;
  }

  /** Reads a block ahead, and a look at what follows. Returns how many tokens may be decoded; none at the end. */
  async *#fill(inHand: InHand): AsyncGenerator<RunEvent, number> {
    const { policy, observer } = this.#request;
    const { reader } = this.#at;
    for (;;) {
      if (reader.waits) {
        yield* inHand.settle();
        yield* observer?.pause() ?? [];
      }
      const filling = reader.fill(policy.block + 1);
      // What a slow source sent so far is reported before more is waited for.
      if (await inHand.isBefore(filling)) yield* inHand.settle();
      const atHand = await filling;
      // The last token before a pause waits, so that it can predict what comes after.
      const available = reader.paused ? atHand - 1 : atHand;
      if (available > 0 || !reader.paused) return available;
    }
  }

  /** Keeps a state before the last block, and whenever it is time. */
  async *#keepState(inHand: InHand, incoming: number): AsyncGenerator<RunEvent> {
    const { bookmark, observer, signal } = this.#request;
    const { reader, view } = this.#at;
    const isWhole = !view.opened || (this.#scoredTo > view.read && reader.settled > 0);
    if (bookmark === undefined || !isWhole || view.read === this.#keptAt) return;
    const isLast = signal.aborted || reader.settled <= incoming - this.#opening.length || this.#fills(incoming);
    if (!isLast && !(view.opened && bookmark.isDue())) return;
    yield* inHand.settle();
    await bookmark.keep(stateOf(this.#at, observer?.state?.()));
    this.#keptAt = view.read;
  }

  /** The tokens that a block's cells predict, where scores are asked for, and the position after each. */
  #targetsOf({ tokens, positions }: TokenRun, next: NextToken | undefined): Pick<Block, 'targets' | 'ends'> {
    if (!this.#request.backend.capabilities.scores) return { targets: new Int32Array(0), ends: [] };
    const following = next === undefined ? [] : [next];
    // A block's first token is predicted by the beginning token, by the block before, or by nothing.
    const first = 1 - this.#opening.length;
    return {
      targets: Int32Array.from([...tokens.subarray(first), ...following.map(({ token }) => token)]),
      ends: [...positions.slice(first), ...following.map(({ position }) => position)],
    };
  }

  /** UTF-8 bytes of text before the tokens that a block's cells predict. A first token without a score is shown. */
  #textBefore({ tokens, positions }: TokenRun): number {
    const { observer, watch } = this.#request;
    if (this.#scoredBytes !== undefined) return this.#scoredBytes;
    const [first] = positions;
    if (first === undefined) return 0;
    for (const each of [observer, watch]) each?.begin?.(tokens[0] ?? 0, first);
    return first.textBytes;
  }
}

/** What is in view, as events tell it. */
function figuresOf(view: View): Block['view'] {
  return {
    inView: view.inView,
    sinksInView: view.sinksInView,
    forgotten: view.forgotten,
    linesInView: view.lines,
    bytesInView: view.bytes,
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
