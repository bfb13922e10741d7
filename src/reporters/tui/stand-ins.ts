// Short names in place of whole rows.

/** Nothing that Ink itself writes looks like one, and all of it is ASCII, which Ink measures fast. */
const nameOf = (number: number): string => `<${number}>`;
const anyName = /<\d+>/g;
/** Columns of the longest. */
export const longestName = 6;
const names = 1000;
/** Far more than two screens have rows: what Ink may write again. */
const mostKept = 512;

/**
 * Ink takes rows apart character by character, style by style, for each frame: a tenth of a processor for a screen like
 * ours. It is given a name for each row, and the rows are put in where it writes.
 */
export class StandIns {
  /** The last used comes last. */
  readonly #byText = new Map<string, string>();
  readonly #texts = new Map<string, string>();
  #next = 0;

  /** The same for the same text. */
  readonly for = (text: string): string => {
    const known = this.#byText.get(text);
    const standIn = known ?? this.#freeName();
    this.#byText.delete(text);
    this.#byText.set(text, standIn);
    this.#texts.set(standIn, text);
    if (this.#byText.size > mostKept) {
      const [oldest] = this.#byText;
      if (oldest !== undefined) {
        this.#byText.delete(oldest[0]);
        this.#texts.delete(oldest[1]);
      }
    }
    return standIn;
  };

  /** Has `write` write the name of a text that is written once. */
  once(text: string, write: (standIn: string) => void): void {
    const standIn = this.#freeName();
    this.#texts.set(standIn, text);
    write(standIn);
    this.#texts.delete(standIn);
  }

  /** What Ink writes, with the rows in it. */
  resolve(output: string): string {
    return output.replace(anyName, (standIn) => this.#texts.get(standIn) ?? '');
  }

  /** Rows that never change keep theirs. */
  #freeName(): string {
    while (this.#texts.has(nameOf(this.#next))) this.#next = (this.#next + 1) % names;
    return nameOf(this.#next);
  }
}
