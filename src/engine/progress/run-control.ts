// The hand of someone who looks at a run: holds it between blocks, and asks it to show more of itself.

/** One for each run. */
export class RunControl {
  readonly #clock: () => number;
  #pausedAt: number | undefined;
  #pausedSeconds = 0;
  #resumed: (() => void)[] = [];

  /**
   * `watched`: the run also tells what is in view, what surprises, and the memory. `clock`: steady, in seconds.
   * `takesNotes`: of what leaves the window.
   */
  constructor(
    readonly watched = false,
    clock = (): number => performance.now() / 1000,
    readonly takesNotes = watched,
  ) {
    this.#clock = clock;
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  pause(): void {
    this.#pausedAt ??= this.#clock();
  }

  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#pausedSeconds += this.#clock() - this.#pausedAt;
    this.#pausedAt = undefined;
    for (const resume of this.#resumed.splice(0)) resume();
  }

  /** Seconds on a steady clock that stands still while the run is paused. */
  readonly now = (): number => (this.#pausedAt ?? this.#clock()) - this.#pausedSeconds;

  /** Waits while the run is paused, unless `signal` ends it. */
  async wait(signal: AbortSignal): Promise<void> {
    while (this.paused && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#resumed.push(done);
        signal.addEventListener('abort', done);
      });
    }
  }
}
