// How fast a document goes, and how long the rest will take.

import type { BlockScored, RunEvent } from './events.js';

/** Reduces events to a rate and an estimate. */
export class Pace {
  readonly #now: () => number;
  #startedAt = 0;
  #tokens = 0;
  #done: number | null = null;

  /** `now`: seconds on a steady clock. */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  handle(event: RunEvent): void {
    if (event.event === 'document-start') {
      this.#startedAt = this.#now();
      this.#tokens = 0;
      this.#done = null;
    } else if (event.event === 'block-scored') {
      this.#add(event);
    }
  }

  #add(event: BlockScored): void {
    this.#tokens = event.tokens[1];
    this.#done = event.done;
  }

  /** Since the document began. */
  get seconds(): number {
    return this.#now() - this.#startedAt;
  }

  get tokensPerSecond(): number {
    return this.seconds > 0 ? this.#tokens / this.seconds : 0;
  }

  /** Seconds that the rest of the document will take at the pace so far; undefined where its size is unknown. */
  get secondsLeft(): number | undefined {
    const done = this.#done;
    return done === null ? undefined : (this.seconds * (1 - done)) / done;
  }
}
