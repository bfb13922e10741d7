// What stands at one place of a template: its most frequent values, and the range of its numbers. Constant memory.

import { copyOf } from './copies.js';
import { hashFactors } from './line-hash.js';

const { golden } = hashFactors;

const mostValues = 64;
const longestValue = 60;
/** An estimate is told where it is so many times what it may lack. */
const sureTimes = 3;

export interface FrequentValue {
  readonly text: string;
  readonly count: number;
}

/** What varies at one place of a template. */
export interface Varying {
  /** Most frequent first. */
  readonly values: readonly FrequentValue[];
  /** Whether the counts are exact; else they are estimates, rather too low, and rarer values are left out. */
  readonly exact: boolean;
  /** Of numbers: the least and the greatest. */
  readonly range: readonly [number, number] | undefined;
}

/**
 * Counts values by their hashes after Misra and Gries (1982, "Finding repeated elements"): of n values that are added, one
 * that is counted lacks at most n / 65. A value's text is kept when it comes a second time: most of many never do.
 */
export class ValueCounts {
  readonly #hashes: number[] = [];
  readonly #counts: number[] = [];
  readonly #texts: (string | undefined)[] = [];
  #exact = true;
  #added = 0;
  #least = Infinity;
  #greatest = -Infinity;
  #numeric = true;

  /**
   * Adds the part of a line from `start` to `end`, which stands for `weight` of them. `isNumber`: whether it is digits
   * alone.
   */
  add(line: string, start: number, end: number, isNumber: boolean, weight = 1): void {
    if (weight !== 1) this.#exact = false;
    this.#added += weight;
    if (this.#numeric) this.#extend(isNumber, line, start, end);
    const hash = hashOf(line, start, end);
    const at = this.#hashes.indexOf(hash);
    if (at >= 0) {
      const count = (this.#counts[at] ?? 0) + weight;
      this.#counts[at] = count;
      if (this.#texts[at] === undefined) this.#texts[at] = valueText(line, start, end);
    } else if (this.#hashes.length < mostValues) {
      this.#hashes.push(hash);
      this.#counts.push(weight);
      // While there is room, every value is told; the texts of later ones wait.
      this.#texts.push(this.#exact ? valueText(line, start, end) : undefined);
    } else {
      this.#takeOff(weight);
    }
  }

  /** Starts with a value that was there so often, before anything differed. */
  begin(text: string, count: number): void {
    this.#added = count;
    this.#hashes.push(hashOf(text, 0, text.length));
    this.#counts.push(count);
    this.#texts.push(valueText(text, 0, text.length));
    this.#numeric = false;
  }

  get varying(): Varying {
    const values: FrequentValue[] = [];
    for (const [at, text] of this.#texts.entries()) {
      const count = this.#counts[at] ?? 0;
      const isSure = this.#exact || count >= (sureTimes * this.#added) / (mostValues + 1);
      if (text !== undefined && isSure) values.push({ text, count });
    }
    values.sort((a, b) => b.count - a.count);
    const range = this.#numeric && this.#least < this.#greatest ? ([this.#least, this.#greatest] as const) : undefined;
    return { values, exact: this.#exact, range };
  }

  #extend(isNumber: boolean, line: string, start: number, end: number): void {
    if (!isNumber || end - start > 15) {
      this.#numeric = false;
      return;
    }
    let value = 0;
    for (let at = start; at < end; at += 1) value = value * 10 + line.charCodeAt(at) - 48;
    if (value < this.#least) this.#least = value;
    if (value > this.#greatest) this.#greatest = value;
  }

  /** A value that finds no room takes as much off all others. */
  #takeOff(weight: number): void {
    this.#exact = false;
    let kept = 0;
    for (let at = 0; at < this.#hashes.length; at += 1) {
      const count = (this.#counts[at] ?? 0) - weight;
      if (count <= 0) continue;
      this.#hashes[kept] = this.#hashes[at] ?? 0;
      this.#counts[kept] = count;
      this.#texts[kept] = this.#texts[at];
      kept += 1;
    }
    this.#hashes.length = kept;
    this.#counts.length = kept;
    this.#texts.length = kept;
  }
}

function valueText(line: string, start: number, end: number): string {
  return copyOf(line.slice(start, Math.min(end, start + longestValue)));
}

function hashOf(text: string, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), golden);
  return hash;
}
