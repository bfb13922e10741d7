// Hands out a document's tokens block by block, with a look at the token after the block.

import { toUnspoolError, type UnspoolError } from '../errors.js';
import { documentStart, type Position, type TokenRun } from './token-stream.js';

/** Reads runs of tokens as a queue. Holds one run, plus what the next block needs of the following ones. */
export class TokenReader {
  readonly #runs: AsyncGenerator<TokenRun, Position>;
  #limit: number;
  #queue: { readonly run: TokenRun; next: number }[] = [];
  #queued = 0;
  #end: Position | undefined;
  #position = documentStart;
  #failure: UnspoolError | undefined;
  #paused = false;

  /** `limit`: tokens to read at most. */
  constructor(runs: AsyncGenerator<TokenRun, Position>, limit = Infinity) {
    this.#runs = runs;
    this.#limit = limit;
  }

  /** The position after the last token taken; once all are taken, the document's end. */
  get position(): Position {
    return this.#queued === 0 ? (this.#end ?? this.#position) : this.#position;
  }

  /** Whether the limit was reached before the document's end. */
  get limited(): boolean {
    return this.#limit === 0 && this.#end === undefined;
  }

  /** Whether the document is silent for now after the tokens at hand. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Whether the next look for tokens will wait until the document goes on. */
  get waits(): boolean {
    return this.#paused && this.#queued <= 1;
  }

  /** Whether no more tokens can be filled: the end, the limit or a failure was reached. */
  get ended(): boolean {
    return this.#end !== undefined || this.#limit === 0 || this.#failure !== undefined;
  }

  /** Why the document ended early, if it did. */
  get failure(): UnspoolError | undefined {
    return this.#failure;
  }

  /**
   * Reads ahead until `count` tokens are at hand; returns how many of them there are, fewer only at the end and at a
   * pause. After a pause, it waits for what comes next.
   */
  async fill(count: number): Promise<number> {
    // Of what came before a pause, all but one is handed out before anything is waited for.
    if (this.waits) this.#paused = false;
    while (!this.#paused && this.#queued < count && !this.ended) {
      try {
        const result = await this.#runs.next();
        if (result.done === true) this.#end = result.value;
        else this.#push(result.value);
        this.#paused = result.done !== true && result.value.pause === true;
      } catch (error) {
        this.#failure = toUnspoolError(error);
      }
    }
    return Math.min(count, this.#queued);
  }

  /** Removes the next `count` tokens of those at hand. */
  take(count: number): TokenRun {
    const tokens = new Int32Array(count);
    const positions: Position[] = [];
    while (positions.length < count) {
      const [first] = this.#queue;
      if (first === undefined) throw new RangeError('more tokens were taken than were filled');
      const end = Math.min(first.run.tokens.length, first.next + count - positions.length);
      tokens.set(first.run.tokens.subarray(first.next, end), positions.length);
      positions.push(...first.run.positions.slice(first.next, end));
      first.next = end;
      if (end === first.run.tokens.length) this.#queue.shift();
    }
    this.#queued -= count;
    this.#position = positions.at(-1) ?? this.#position;
    return { tokens, positions };
  }

  /** The token after those taken, with the position after it; undefined where none is at hand. */
  peek(): { readonly token: number; readonly position: Position } | undefined {
    const [first] = this.#queue;
    const token = first?.run.tokens[first.next];
    const position = first?.run.positions[first.next];
    return token === undefined || position === undefined ? undefined : { token, position };
  }

  /** Stops reading. */
  async close(): Promise<void> {
    await this.#runs.return(this.#position);
  }

  #push(run: TokenRun): void {
    const count = Math.min(run.tokens.length, this.#limit);
    if (count === 0) return;
    this.#limit -= count;
    this.#queued += count;
    this.#queue.push({
      run: { tokens: run.tokens.subarray(0, count), positions: run.positions.slice(0, count) },
      next: 0,
    });
  }
}
