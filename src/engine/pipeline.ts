// How a document goes through the model, one step ahead: while the model is at one block, the next is read and handed
// over. Read, decode, settle, report.

import { toUnspoolError, type UnspoolError } from '../errors.js';
import type { Backend } from './backend.js';
import type { RunEvent } from './events/events.js';
import type { EvictionPlan } from './policy.js';
import type { TokenReader } from './tokens/token-reader.js';

/** A block that the model was given. */
export interface DecodingBlock {
  /** In nats; asked for one block after the other. */
  readonly scores: Promise<Float32Array>;
}

/** What is done with each block, in this order. */
export interface BlockSteps<Next, Block extends DecodingBlock> {
  /**
   * Reads what the model is given next; undefined at the end. The block in hand may be settled before, where reading
   * takes long or has to know its scores.
   */
  read(inHand: InHand): AsyncGenerator<RunEvent, Next | undefined>;
  /** Hands it to the model, without waiting for what comes of it. */
  decode(next: Next): Block;
  /** Tells of a block once its scores are there. */
  report(block: Block, scores: Float32Array): Iterable<RunEvent>;
}

/** Takes all blocks through their steps: a block is handed over before the one before it is settled. */
export async function* oneAhead<Next, Block extends DecodingBlock>(
  steps: BlockSteps<Next, Block>,
): AsyncGenerator<RunEvent> {
  const inHand = new BlockInHand(steps);
  for (;;) {
    const next = yield* steps.read(inHand);
    if (next === undefined) break;
    const block = steps.decode(next);
    yield* inHand.settle();
    inHand.hold(block);
  }
  yield* inHand.settle();
}

/** The block that the model is at, if there is one. */
export interface InHand {
  /** Waits for its scores and reports them. Then it is in hand no more. */
  settle(): AsyncGenerator<RunEvent>;
  /** Whether its scores are there before `reading` is done. */
  isBefore(reading: Promise<unknown>): Promise<boolean>;
}

class BlockInHand<Block extends DecodingBlock> implements InHand {
  readonly #steps: Pick<BlockSteps<never, Block>, 'report'>;
  #block: Block | undefined;

  constructor(steps: Pick<BlockSteps<never, Block>, 'report'>) {
    this.#steps = steps;
  }

  hold(block: Block): void {
    this.#block = block;
  }

  async *settle(): AsyncGenerator<RunEvent> {
    const block = this.#block;
    this.#block = undefined;
    if (block !== undefined) yield* this.#steps.report(block, await block.scores);
  }

  async isBefore(reading: Promise<unknown>): Promise<boolean> {
    if (this.#block === undefined) return false;
    const done = (first: boolean) => () => first;
    return Promise.race([reading.then(done(false), done(false)), this.#block.scores.then(done(true), done(true))]);
  }
}

/** Goes through the steps of a document, then stops reading. Returns why the document was not read to its end. */
export async function* untilClosed(
  steps: AsyncIterable<RunEvent>,
  reader: TokenReader,
): AsyncGenerator<RunEvent, UnspoolError | undefined> {
  try {
    yield* steps;
    return reader.failure;
  } catch (error) {
    return toUnspoolError(error);
  } finally {
    await reader.close();
  }
}

/** The last result of calls that depend on each other. Its failure may come before anyone asks for it. */
export function together(calls: readonly [...Promise<unknown>[], Promise<Float32Array>]): Promise<Float32Array> {
  const all = Promise.all(calls).then((results) => results.at(-1) as Float32Array);
  all.catch(() => undefined);
  return all;
}

/**
 * Asks the backend to make room; its calls are carried out before those that follow. `recent`: the last document tokens,
 * of which a plan to rebuild keeps some.
 */
export function makeRoom(
  backend: Backend,
  plan: Exclude<EvictionPlan, { kind: 'stop' }>,
  recent: (count: number) => Int32Array,
): Promise<unknown>[] {
  if (plan.kind === 'erase') return plan.ranges.map((range) => backend.erase(range));
  const { beginning } = backend.vocabulary;
  const kept = Int32Array.from([...(beginning === undefined ? [] : [beginning]), ...recent(plan.keep)]);
  return [backend.clear(), ...(kept.length > 0 ? [backend.decode(kept, new Int32Array(0))] : [])];
}
