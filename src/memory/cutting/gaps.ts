// What was left out of a document between the parts that were passed on.

import type { TextChunk } from '../../engine/document.js';
import type { SkippedText } from '../../engine/observer.js';

/** Lines are left out while they are read ahead, and count once the model's place in the document is behind them. */
export class SkippedLines {
  /** In order, none of them counted yet; `endByte` in source bytes. */
  readonly #ahead: (SkippedText & { readonly endByte: number })[] = [];
  #behind: SkippedText = { lines: 0, bytes: 0 };
  #openLines = 0;
  #isOpen = false;
  #passedTo = 0;

  /** So many lines are not passed on; 0: the rest of one. */
  leaveOut(lines: number): void {
    this.#openLines += lines;
    this.#isOpen = true;
  }

  /** The next chunk that is passed on. */
  goOn({ byte, endByte, pause }: TextChunk): void {
    // Part of an open line may lie before a pause, and be passed on after it.
    if (pause === true) return;
    if (this.#isOpen) {
      this.#ahead.push({ lines: this.#openLines, bytes: byte - this.#passedTo, endByte: byte });
      this.#openLines = 0;
      this.#isOpen = false;
    }
    this.#passedTo = endByte;
  }

  /** All that lies before a source byte, which is never less than that of an earlier call. */
  upTo(byte: number): SkippedText {
    while ((this.#ahead[0]?.endByte ?? Infinity) <= byte) {
      const { lines = 0, bytes = 0 } = this.#ahead.shift() ?? {};
      this.#behind = { lines: this.#behind.lines + lines, bytes: this.#behind.bytes + bytes };
    }
    return this.#behind;
  }
}
