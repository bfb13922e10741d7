// Hands out a document's tokens block by block, with a look at the token after the block.

import { toUnspoolError, type UnspoolError } from '../../errors.js';
import { isSameToken, type Checksum, type NextToken, type ResumePoint } from './resume-point.js';
import { documentStart, type Position, type StretchRun, type TokenRun } from './token-stream.js';

/** UTF-8 bytes at the end of a text that may become other tokens when it goes on. */
const unsettledBytes = 64;

/** Where reading begins, for places in it. */
export interface ReadingStart {
  readonly checksum: Checksum;
  /** Of all text in front. */
  readonly before: number;
}

/** Reads runs of tokens as a queue. Holds one run, plus what the next block needs of the following ones. */
export class TokenReader {
  readonly #runs: AsyncGenerator<StretchRun, Position>;
  readonly #start: ReadingStart | undefined;
  #limit: number;
  #queue: { readonly run: StretchRun; next: number }[] = [];
  #queued = 0;
  /** Of the text in front of the queue's first run. */
  #checksum: number;
  #end: Position | undefined;
  #position = documentStart;
  #failure: UnspoolError | undefined;
  #paused = false;

  /** `limit`: tokens to read at most. `start`: where resume points are asked for. */
  constructor(runs: AsyncGenerator<StretchRun, Position>, limit = Infinity, start?: ReadingStart) {
    this.#runs = runs;
    this.#limit = limit;
    this.#start = start;
    this.#checksum = start?.before ?? 0;
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

  /** How many tokens are at hand that more text would not change. */
  get settled(): number {
    const last = this.#queue.at(-1)?.run;
    if (last?.last !== true) return this.#queued;
    const to = last.textFrom + last.text.length - unsettledBytes;
    const unsettled = last.positions.length - 1 - last.positions.findLastIndex(({ textBytes }) => textBytes <= to);
    return Math.max(0, this.#queued - unsettled);
  }

  /** The point in front of the next token, which must be at hand. */
  get resumePoint(): ResumePoint {
    const [first] = this.#queue;
    const next = this.peek();
    if (first === undefined || next === undefined || this.#start === undefined)
      throw new RangeError('there is no resume point without a token behind it');
    const { text, textFrom } = first.run;
    const read = text.subarray(0, next.position.textBytes - textFrom);
    return { stretch: textFrom, tokens: first.next, next, checksum: this.#start.checksum(read, this.#checksum) };
  }

  /** Goes to a resume point, where its stretch is what is read first; whether the same token follows there. */
  async resumeAt({ tokens, next }: ResumePoint): Promise<boolean> {
    if ((await this.fill(tokens + 1)) > tokens) this.take(tokens);
    else if (next !== undefined) return false;
    const following = this.peek();
    return next === undefined || (following !== undefined && isSameToken(following, next));
  }

  /** Puts a token in front of an empty queue. */
  put({ token, position }: NextToken): void {
    const run = { tokens: Int32Array.of(token), positions: [position], text: new Uint8Array(), textFrom: 0 };
    this.#queue = [{ run: { ...run, last: true }, next: 0 }];
    this.#queued = 1;
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
      if (end === first.run.tokens.length) this.#shift();
    }
    this.#queued -= count;
    this.#position = positions.at(-1) ?? this.#position;
    return { tokens, positions };
  }

  /** The token after those taken, with the position after it; undefined where none is at hand. */
  peek(): NextToken | undefined {
    const [first] = this.#queue;
    const token = first?.run.tokens[first.next];
    const position = first?.run.positions[first.next];
    return token === undefined || position === undefined ? undefined : { token, position };
  }

  /** Stops reading. */
  async close(): Promise<void> {
    await this.#runs.return(this.#position);
  }

  #shift(): void {
    const first = this.#queue.shift();
    if (first !== undefined && this.#start !== undefined)
      this.#checksum = this.#start.checksum(first.run.text, this.#checksum);
  }

  #push(run: StretchRun): void {
    const count = Math.min(run.tokens.length, this.#limit);
    if (count === 0) return;
    this.#limit -= count;
    this.#queued += count;
    this.#queue.push({
      run: { ...run, tokens: run.tokens.subarray(0, count), positions: run.positions.slice(0, count) },
      next: 0,
    });
  }
}
