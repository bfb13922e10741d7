// The cells of a table's row beside each other, with bars between them, as long as each is one line.
import type { TextLayout } from './text-layout.js';

interface OpenRow {
  /** Line on which its text starts; undefined where it has none yet. */
  line: number | undefined;
  cells: number;
  /** Starts of cells that nothing was written after yet. */
  separators: number;
}

export class TableRows {
  readonly #rows: OpenRow[] = [];

  constructor(private readonly layout: TextLayout) {}

  openRow(): void {
    this.#rows.push({ line: undefined, cells: 0, separators: 0 });
  }

  closeRow(): void {
    this.#rows.pop();
  }

  openCell(): void {
    const row = this.#rows.at(-1);
    if (row === undefined) return;
    if (row.cells > 0) row.separators += 1;
    row.cells += 1;
  }

  /** A cell of one line leaves room for the next one beside it. */
  closeCell(): void {
    if (this.#rows.at(-1)?.line === this.layout.line) this.layout.cancelBreak();
  }

  /** Before text: separates it from the cell before. */
  separate(): void {
    const row = this.#rows.at(-1);
    if (row === undefined || row.separators === 0) return;
    const bars = Array<string>(row.separators).fill('|').join(' ');
    row.separators = 0;
    // After a cell of several lines, the next one is a paragraph of its own.
    if (row.line !== undefined && this.layout.isLineStart) return;
    this.layout.space();
    this.begin(this.layout.write(bars));
    this.layout.space();
  }

  /** There is text on a line. */
  begin(line: number): void {
    const row = this.#rows.at(-1);
    if (row !== undefined) row.line ??= line;
  }
}
