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
    const standIn = known ?? nameOf(this.#next);
    if (known === undefined) this.#next = (this.#next + 1) % names;
    this.#byText.delete(text);
    this.#byText.set(text, standIn);
    this.#texts.set(standIn, text);
    if (this.#byText.size > mostKept) {
      const [oldest] = this.#byText.keys();
      if (oldest !== undefined) this.forget(oldest);
    }
    return standIn;
  };

  forget(text: string): void {
    const standIn = this.#byText.get(text);
    this.#byText.delete(text);
    if (standIn !== undefined) this.#texts.delete(standIn);
  }

  /** What Ink writes, with the rows in it. */
  resolve(output: string): string {
    return output.replace(anyName, (standIn) => this.#texts.get(standIn) ?? '');
  }
}
