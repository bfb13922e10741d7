// The terminal as Ink sees it: never too small to draw on, and clean when its width has changed.

import { EventEmitter } from 'node:events';
import { longestName, StandIns } from './stand-ins.js';

/**
 * Stands in for a terminal. Where a frame does not fit, Ink wipes the screen and all that was printed before it; here it
 * always fits, because ours are drawn to. And where a terminal becomes narrower, it wraps the frame that it shows, and
 * Ink would erase too little of it.
 */
export class Terminal extends EventEmitter {
  readonly isTTY = true;
  readonly rows = Infinity;
  readonly columns = longestName;
  readonly standIns = new StandIns();
  readonly #stream: NodeJS.WriteStream;
  /** Of the frame that is shown: the widths of its rows. */
  #frame: readonly number[] = [];
  #columns: number;

  constructor(stream: NodeJS.WriteStream) {
    super();
    this.#stream = stream;
    this.#columns = stream.columns;
    stream.on('resize', this.#resized);
  }

  readonly write = (output: string): boolean => this.#stream.write(this.standIns.resolve(output));

  /** Notes what is shown from now on: the columns that each row takes. */
  show(widths: readonly number[]): void {
    this.#frame = widths;
  }

  /** Erases the frame that is shown; the cursor stands where it began. */
  erase(): void {
    this.#stream.write(erased(this.#shownRows()));
    this.#frame = [];
  }

  close(): void {
    this.#stream.off('resize', this.#resized);
  }

  readonly #resized = (): void => {
    const { columns } = this.#stream;
    if (columns < this.#columns && this.#frame.length > 0) {
      // Room for a frame of as many rows as Ink thinks that there are.
      this.#stream.write(erased(this.#shownRows()) + '\n'.repeat(this.#frame.length));
    }
    this.#columns = columns;
    this.emit('resize');
  };

  /** Rows of the screen that the frame takes, wrapped as terminals do; the original xterm cuts rows instead. */
  #shownRows(): number {
    if (process.env.XTERM_VERSION !== undefined) return this.#frame.length;
    return this.#frame.reduce((sum, width) => sum + rowsFor(width, this.#stream), 0);
  }
}

/** Erases what was printed since the last line feed; the cursor stands where it began. */
export function eraseLine(stream: NodeJS.WriteStream, columns: number): void {
  stream.write(erased(rowsFor(columns, stream) - 1));
}

/** Rows that so many columns take. A terminal that lost its size has none. */
function rowsFor(width: number, { columns }: NodeJS.WriteStream): number {
  return Math.max(1, Math.ceil(width / Math.max(1, columns)));
}

/** Erases so many rows above, from below; the cursor stands where they began. */
function erased(rows: number): string {
  // A screen that is cleared at once goes to the history of some terminals.
  return `\r\u001b[K${'\u001b[A\u001b[K'.repeat(rows)}`;
}
