// The markers of lists: numbers where lists are ordered, and how far they are indented.

interface OpenList {
  /** Number of the next item; undefined where items have none. */
  next: number | undefined;
}

const indent = '  ';

export class ListMarkers {
  readonly #lists: OpenList[] = [];

  get isInList(): boolean {
    return this.#lists.length > 0;
  }

  /** Of lines that have no marker. */
  get indentation(): string {
    return indent.repeat(this.#lists.length);
  }

  open(isOrdered: boolean, start: string | undefined): void {
    this.#lists.push({ next: isOrdered ? wholeNumber(start, 1) : undefined });
  }

  close(): void {
    this.#lists.pop();
  }

  /** Of the next item. `value`: the number that it says it has. */
  next(value: string | undefined): string {
    const indentation = indent.repeat(Math.max(0, this.#lists.length - 1));
    const list = this.#lists.at(-1);
    if (list?.next === undefined) return `${indentation}- `;
    const number = wholeNumber(value, list.next);
    list.next = number + 1;
    return `${indentation}${number}. `;
  }
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\s*-?\d{1,9}\s*$/.test(text) ? Number(text) : otherwise;
}
