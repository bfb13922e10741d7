// Which templates a line of a new shape is compared with. Constant memory.

import type { MinedTemplate } from './template.js';

/** The sort of lines that name neither a level nor a source. */
export const unsorted = 7;
/** Sorts of lines that are told apart by more than their lowest bits: sources may be names of anything. */
const mostSorts = 1000;
/** Templates of one group that a new shape is compared with; those that matched longest ago are left out. */
const mostCompared = 64;
/** First words that set lines of one length apart; lines with any other share one group, for they may be names. */
const mostFirstWords = 100;

/** Templates that have as many words, are of one sort, and start alike. */
export class TemplateGroups {
  readonly #sorts = new Set<number>();
  /** By number of words and sort, and by first constant word. */
  readonly #groups = new Map<number, Map<string, MinedTemplate[]>>();

  /** The group of lines of these words. */
  of(words: readonly (string | null)[], sort: number): MinedTemplate[] {
    if (this.#sorts.size < mostSorts) this.#sorts.add(sort);
    const key = words.length * 2 ** 32 + (this.#sorts.has(sort) ? sort : sort & 7);
    let groups = this.#groups.get(key);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(key, groups);
    }
    // A level or a source sets lines apart already: what they say may begin with a name.
    let first = sort !== unsorted ? '' : (words.find((word) => word !== null) ?? '');
    if (!groups.has(first) && groups.size >= mostFirstWords) first = '';
    let group = groups.get(first);
    if (group === undefined) {
      group = [];
      groups.set(first, group);
    }
    return group;
  }

  forgetDropped(): void {
    for (const [key, groups] of this.#groups) {
      for (const [first, group] of groups) {
        const kept = group.filter(({ dropped }) => !dropped);
        if (kept.length > 0) groups.set(first, kept);
        else groups.delete(first);
      }
      if (groups.size === 0) this.#groups.delete(key);
    }
  }
}

export function joinGroup(group: MinedTemplate[], template: MinedTemplate): void {
  if (group.length >= mostCompared) {
    group.sort((a, b) => b.last - a.last);
    group.length = mostCompared / 2;
  }
  group.push(template);
}
