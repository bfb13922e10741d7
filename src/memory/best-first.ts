// The best of many, in order, in the memory of those few.

/** Keeps the `most` items with the highest scores; of equal ones, the earlier. */
export class BestFirst<Item> {
  readonly #most: number;
  #ranked: { readonly score: number; readonly item: Item }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether an item with this score would be kept. */
  wants(score: number): boolean {
    const last = this.#ranked.at(-1);
    return this.#ranked.length < this.#most || (last !== undefined && score > last.score);
  }

  add(score: number, item: Item): void {
    if (!this.wants(score)) return;
    const place = this.#ranked.findIndex((other) => other.score < score);
    this.#ranked.splice(place === -1 ? this.#ranked.length : place, 0, { score, item });
    this.#ranked.length = Math.min(this.#ranked.length, this.#most);
  }

  get items(): Item[] {
    return this.#ranked.map(({ item }) => item);
  }
}
