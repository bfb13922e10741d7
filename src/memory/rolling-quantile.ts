// The score that only the highest few values have reached so far. Constant memory: values are counted in steps.

const step = 0.05;
const lowest = -50;
const steps = 4000;

export class RollingQuantile {
  readonly #counts = new Float64Array(steps);

  add(value: number): void {
    const index = Math.max(0, Math.min(steps - 1, Math.floor((value - lowest) / step)));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** The least value, to a step, that at most `count` values have reached. */
  at(count: number): number {
    let above = 0;
    for (let index = steps - 1; index >= 0; index -= 1) {
      above += this.#counts[index] ?? 0;
      if (above > count) return lowest + (index + 1) * step;
    }
    return lowest;
  }
}
