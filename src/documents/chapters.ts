// Where the chapters of a document begin.

/** As many as the document has; a title is kept up to this length. */
const longestTitle = 200;

export class Chapters {
  readonly #lines: number[] = [];
  readonly #titles: string[] = [];

  /** Lines come in order; of several titles of one line the last counts. */
  add(line: number, title: string): void {
    if (this.#lines.at(-1) === line) {
      this.#lines.pop();
      this.#titles.pop();
    }
    this.#lines.push(line);
    this.#titles.push(shortened(title));
  }

  /** The title of the chapter that a line (1-based) is in; null before the first. */
  at(line: number): string | null {
    let [low, high] = [0, this.#lines.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle] ?? Infinity) <= line) low = middle + 1;
      else high = middle;
    }
    return this.#titles[low - 1] ?? null;
  }
}

function shortened(title: string): string {
  const characters = Array.from(title.slice(0, 2 * longestTitle + 2));
  return characters.length <= longestTitle ? title : `${characters.slice(0, longestTitle - 1).join('')}…`;
}
