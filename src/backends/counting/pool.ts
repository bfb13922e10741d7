// Counts batches of text on all processors.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { TextBatch } from '../../engine/counting/text-batches.js';
import { TextCounter, type TokenEncoding, type TextCounts } from '../../engine/counting/text-counter.js';

/** Until so many UTF-16 code units have come, a thread would take longer to start than it saves. */
const ownLength = 1024 * 1024;
/** Batches that a thread has at hand, so that it never waits for the next. */
const queueLength = 2;

// A thread cannot run TypeScript: from src/ and from dist/ alike, this is the compiled file.
const workerFile = new URL('../../../dist/backends/counting/worker.js', import.meta.url);

/** To be used by one caller at a time. */
export class CountingPool {
  readonly #encodings: readonly TokenEncoding[];
  readonly #counter: TextCounter;
  readonly #threads: Thread[] = [];
  readonly #most: number;
  #ownLeft: number;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  /**
   * `threads`: at most; with 0, everything is counted where it is asked for. `own`: UTF-16 code units to count before
   * the first thread starts.
   */
  constructor(encodings: readonly TokenEncoding[], threads = defaultThreads(), own = ownLength) {
    this.#encodings = encodings;
    this.#counter = new TextCounter(encodings);
    this.#most = threads;
    this.#ownLeft = own;
  }

  /**
   * Takes a batch, and waits until another one can be taken. `done` is called with the counts, now or later, for batches
   * in any order.
   */
  async take(batch: TextBatch, done: (counts: TextCounts) => void): Promise<void> {
    if (this.#most === 0 || this.#ownLeft > 0) {
      const text = batch.parts.join('');
      this.#ownLeft -= text.length;
      done(this.#counter.count(text, batch.inWord));
      return;
    }
    while (this.#threads.length < this.#most) this.#threads.push(this.#start());
    const thread = this.#leastBusy();
    thread.waiting.push(done);
    thread.worker.postMessage(batch);
    while (this.#leastBusy().waiting.length >= queueLength) await this.#news();
  }

  /** Waits until all batches are counted. */
  async finish(): Promise<void> {
    while (this.#threads.some(({ waiting }) => waiting.length > 0)) await this.#news();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const thread: Thread = { worker: new Worker(workerFile, { workerData: this.#encodings }), waiting: [] };
    thread.worker.on('message', (counts: TextCounts) => {
      thread.waiting.shift()?.(counts);
      this.#wake();
    });
    thread.worker.on('error', (error) => {
      this.#failure = { error };
      this.#wake();
    });
    return thread;
  }

  #leastBusy(): Thread {
    return this.#threads.reduce((least, thread) => (thread.waiting.length < least.waiting.length ? thread : least));
  }

  /** Waits for an answer; throws where a thread has failed. */
  async #news(): Promise<void> {
    if (this.#failure === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** A single processor has nobody to share with. */
function defaultThreads(): number {
  return availableParallelism() === 1 ? 0 : availableParallelism();
}

interface Thread {
  readonly worker: Worker;
  /** Who waits for an answer: one for each batch that the thread has at hand, in their order. */
  readonly waiting: ((counts: TextCounts) => void)[];
}
