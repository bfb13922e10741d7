// How fast a document goes, and how long the rest will take.

import type { RunEvent } from '../events/events.js';

/** Reduces events to a rate and an estimate. */
export class Pace {
  readonly #now: () => number;
  #startedAt = 0;
  /** When the policy began, where there are several. */
  #policyAt = 0;
  #tokens = 0;
  #done: number | null = null;
  /** Where an earlier run had come to. */
  #tokensBefore = 0;
  #doneBefore = 0;

  /** `now`: seconds on a steady clock. */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  handle(event: RunEvent): void {
    switch (event.event) {
      case 'document-start':
      case 'task-start':
      case 'strategies-start':
        this.#startedAt = this.#now();
        this.#policyAt = this.#startedAt;
        this.#tokens = 0;
        this.#done = null;
        this.#tokensBefore = 0;
        this.#doneBefore = 0;
        break;
      case 'policy-start':
        this.#policyAt = this.#now();
        this.#tokens = 0;
        break;
      case 'block-scored':
        this.#tokens = event.tokens[1];
        this.#done = event.done;
        break;
      case 'progress':
        this.#tokens = event.tokens;
        this.#done = event.done;
        if (event.resumed === true) this.#startHere(event.done ?? 0);
        break;
      case 'resumed':
        this.#tokens = event.tokens;
        this.#startHere(event.done ?? 0);
        break;
      case 'example':
      case 'strategies-example':
        this.#done = event.done;
        break;
      default:
        break;
    }
  }

  #startHere(done: number): void {
    this.#startedAt = this.#now();
    this.#policyAt = this.#startedAt;
    this.#tokensBefore = this.#tokens;
    this.#doneBefore = done;
  }

  /** Since the document began, or what an earlier run has left of it. */
  get seconds(): number {
    return this.#now() - this.#startedAt;
  }

  get tokensPerSecond(): number {
    const seconds = this.#now() - this.#policyAt;
    return seconds > 0 ? (this.#tokens - this.#tokensBefore) / seconds : 0;
  }

  /** Seconds that the rest of the document will take at the pace so far; undefined where its size is unknown. */
  get secondsLeft(): number | undefined {
    const done = this.#done;
    const doneNow = (done ?? 0) - this.#doneBefore;
    return done === null || doneNow <= 0 ? undefined : (this.seconds * (1 - done)) / doneNow;
  }
}
