// How often something happened over a stretch that is not known beforehand: counts in at most 64 steps of equal width.

const mostSteps = 64;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The stretch that several counts share, of time or of lines. Where it outgrows the steps, their width doubles. */
export class Timeline {
  /** Of one step, in the unit of what is counted. */
  width: number;
  /** Number of the first and of the last step so far; step 0 starts at the unit's 0. */
  from = Infinity;
  to = -Infinity;
  /** Before each doubling of the width. */
  readonly #doubled: Stretch[] = [];

  constructor(width: number) {
    this.width = width;
  }

  /** Steps from the first to the last. */
  get length(): number {
    return Math.max(0, this.to - this.from + 1);
  }

  /** The stretches before each doubling of the width. */
  get doubled(): readonly Stretch[] {
    return this.#doubled;
  }

  /** The step of a place, which may lie before earlier ones. */
  stepOf(place: number): number {
    let step = Math.floor(place / this.width);
    if (step >= this.from && step <= this.to) return step;
    if (this.from === Infinity) [this.from, this.to] = [step, step];
    while (Math.max(this.to, step) - Math.min(this.from, step) >= mostSteps) {
      this.#doubled.push({ from: this.from, to: this.to });
      this.width *= 2;
      this.from = Math.floor(this.from / 2);
      this.to = Math.floor(this.to / 2);
      step = Math.floor(place / this.width);
    }
    this.from = Math.min(this.from, step);
    this.to = Math.max(this.to, step);
    return step;
  }

  /** Where a step starts. */
  placeOf(step: number): number {
    return step * this.width;
  }
}

/** Counts along a timeline, in a ring: no two steps of a stretch share a place in it. */
export class StepCounts {
  #ring = new Uint32Array(mostSteps);
  #doublings: number;

  constructor(readonly timeline: Timeline) {
    this.#doublings = timeline.doubled.length;
  }

  /** Counts one more in a step that the timeline gave last, and returns how many are there. */
  add(step: number): number {
    if (this.#doublings < this.timeline.doubled.length) this.#widen();
    const count = (this.#ring[step & (mostSteps - 1)] ?? 0) + 1;
    this.#ring[step & (mostSteps - 1)] = count;
    return count;
  }

  /** Of each step, from the timeline's first to its last. */
  values(): number[] {
    this.#widen();
    const { from, length } = this.timeline;
    return Array.from({ length }, (_, index) => this.#ring[(from + index) & (mostSteps - 1)] ?? 0);
  }

  #widen(): void {
    for (const { from, to } of this.timeline.doubled.slice(this.#doublings)) {
      const wider = new Uint32Array(mostSteps);
      for (let step = from; step <= to; step += 1) {
        const place = Math.floor(step / 2) & (mostSteps - 1);
        wider[place] = (wider[place] ?? 0) + (this.#ring[step & (mostSteps - 1)] ?? 0);
      }
      this.#ring = wider;
    }
    this.#doublings = this.timeline.doubled.length;
  }
}
