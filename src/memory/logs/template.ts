// A template that a log's lines are printed from.

import type { Outcome } from './outcomes.js';
import type { ValueCounts, Varying } from './value-counts.js';

/** After so many lines, a template's constant words are part of what it says: a line where one differs is news. */
const settledLines = 200;
/** Stands where lines differ. */
export const wildcard = '<*>';

export interface Template {
  /** Counts up from 0 in order of appearance. */
  readonly id: number;
  /** Its first line, with `<*>` where lines differ. */
  readonly text: string;
  /** Lines that matched so far. */
  readonly lines: number;
  /** The first of them, without what was behind its first 4,096 characters. */
  readonly first: string;
  /** What its numbers say of success, where they do. */
  readonly outcome: Outcome | undefined;
}

/** What stands in place of a word that differs among a template's lines. */
export interface VaryingWord extends Varying {
  /** What is in front of it in the template, up to a word or two. */
  readonly label: string;
}

/** As the miner keeps it. */
export class MinedTemplate implements Template {
  lines = 0;
  /** The miner's number of the line that matched last. */
  last = 0;
  dropped = false;
  /** Of words of the message, by their place. */
  readonly values = new Map<number, ValueCounts>();
  /** Templates of the same words whose numbers tell of another outcome. */
  readonly others = new Map<Outcome, MinedTemplate>();

  /**
   * `gaps`: what stands before each word and after the last; `words`: null where lines differ, and the same for all
   * outcomes.
   */
  constructor(
    readonly id: number,
    readonly first: string,
    readonly outcome: Outcome | undefined,
    readonly gaps: readonly string[],
    readonly words: (string | null)[],
  ) {}

  /** What is in front of a word: the constant words before it, at most two, up to another variable one. */
  labelOf(index: number): string {
    let from = index;
    while (from > 0 && from > index - 2 && this.words[from - 1] !== null) from -= 1;
    let label = '';
    for (let at = from; at < index; at += 1) label += `${this.words[at] ?? ''}${this.gaps[at + 1] ?? ''}`;
    return label.trim().replace(/[\s=:;,.([{"']+$/, '');
  }

  get text(): string {
    let text = '';
    for (const [index, gap] of this.gaps.entries()) {
      text += gap;
      if (index < this.words.length) text += this.words[index] ?? wildcard;
    }
    return text;
  }

  /**
   * Share of words in common, among those that are constant in either; 1 where all are variable, 0 where a word of a
   * settled template would have to change.
   */
  similarity(others: readonly (string | null)[]): number {
    const { words, lines } = this;
    const settled = lines >= settledLines;
    let constant = 0;
    let common = 0;
    for (let index = 0; index < others.length; index += 1) {
      const word = words[index];
      const other = others[index];
      if (word === null && other === null) continue;
      constant += 1;
      if (word === other) common += 1;
      else if (settled && word !== null) return 0;
    }
    return constant === 0 ? 1 : common / constant;
  }
}
