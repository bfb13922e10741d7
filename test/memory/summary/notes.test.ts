// Notes at the top: every byte under exactly one, within a budget.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Notes, type Note } from '../../../src/memory/summary/notes.js';

/** Adds notes of so many tokens each, one line and ten bytes apart, and merges what is due. */
function take(notes: Notes, sizes: readonly number[], merged = 10): Note[] {
  const all: Note[] = [];
  for (const [index, tokens] of sizes.entries()) {
    const lines = [index + 1, index + 1] as const;
    all.push(notes.add({ text: `note ${index}`, tokens, lines, bytes: [10 * index, 10 * index + 10] }));
    for (let due = notes.due(); due.length > 0; due = notes.due()) {
      all.push(notes.merge(due, { text: 'merged', tokens: merged }));
    }
  }
  return all;
}

describe('notes', () => {
  it('cover what was read, each byte once, within the budget', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 200 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 60, max: 200 }), (each, budget) => {
        const notes = new Notes(budget);
        const all = take(notes, each);
        expect(notes.taken).toBe(all.length);
        const ends = notes.top.map(({ bytes }) => bytes);
        expect(ends.flat()).toEqual(ends.flatMap((_, index) => [ends[index - 1]?.[1] ?? 0, ends[index]?.[1]]));
        expect(ends.at(-1)?.[1] ?? 0).toBe(10 * each.length);
        expect(notes.top.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(budget);
        // The tree: every note is at the top, or the child of one other.
        const children = all.flatMap((note) => note.children);
        const ids = [...children, ...notes.top.map(({ id }) => id)].sort((a, b) => a - b);
        expect(ids).toEqual(all.map(({ id }) => id));
        for (const { children, level, bytes } of all) {
          const below = children.map((id) => all[id]);
          expect(level).toBe(below.length === 0 ? 0 : Math.max(...below.map((note) => note?.level ?? 0)) + 1);
          if (below.length > 0) expect(bytes).toEqual([below[0]?.bytes[0], below.at(-1)?.bytes[1]]);
        }
      }),
    );
  });

  it('are merged a few times each, however long the document is', () => {
    const notes = new Notes(160);
    const all = take(
      notes,
      Array.from({ length: 5000 }, () => 10),
    );
    expect(all.length - 5000).toBeLessThan(5000 / 5);
    expect(Math.max(...notes.top.map(({ level }) => level))).toBeLessThanOrEqual(8);
  });

  it('before a passage are the last ones that fit', () => {
    const notes = new Notes(1000);
    take(notes, [10, 20, 30]);
    expect(notes.recent(50).map(({ id }) => id)).toEqual([1, 2]);
    expect(notes.recent(29)).toEqual([]);
    expect(notes.recent(1000)).toHaveLength(3);
  });

  it('stay as they are where one alone is too long', () => {
    const notes = new Notes(5);
    take(notes, [50]);
    expect(notes.top).toHaveLength(1);
  });
});
