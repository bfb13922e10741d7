import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptsOf, type PromptPassage } from '../../../src/prompting/building/excerpts.js';

const passage = (ordinal: number, first: number, last = first): PromptPassage => ({
  ...{ ordinal, text: `span ${ordinal}`, lines: [first, last] },
});

describe('pieces of a document', () => {
  it('are joined where they follow each other, and marked where text between them is left out', () => {
    const passages = [passage(7, 9), passage(3, 4, 5), passage(4, 5), passage(5, 8)];
    expect(excerptsOf(passages, [2, 9])).toEqual([
      { kind: 'left-out', after: null, before: 4 },
      { kind: 'text', text: 'span 3 span 4\n\nspan 5', lines: [4, 8] },
      { kind: 'left-out', after: 8, before: 9 },
      { kind: 'text', text: 'span 7', lines: [9, 9] },
      { kind: 'left-out', after: 9, before: null },
    ]);
  });

  it('say so where there are none, and nothing where all of it is there', () => {
    expect(excerptsOf([], [2, 9])).toEqual([{ kind: 'left-out', after: null, before: null }]);
    expect(excerptsOf([], [2, 2])).toEqual([]);
    expect(excerptsOf([passage(2, 1), passage(3, 2)], [2, 4])).toEqual([
      { kind: 'text', text: 'span 2\nspan 3', lines: [1, 2] },
    ]);
  });

  it('hold each passage once, in order, with a mark for every stretch that is missing', () => {
    const chosen = fc.uniqueArray(fc.nat({ max: 19 }), { maxLength: 20 });
    fc.assert(
      fc.property(chosen, (ordinals) => {
        const pieces = excerptsOf(
          ordinals.map((ordinal) => passage(ordinal, ordinal + 1)),
          [0, 20],
        );
        const sorted = ordinals.toSorted((a, b) => a - b);
        const texts = pieces.flatMap((piece) => (piece.kind === 'text' ? piece.text.split('\n') : []));
        expect(texts).toEqual(sorted.map((ordinal) => `span ${ordinal}`));
        const missing = Array.from({ length: 20 }, (_, at) => !ordinals.includes(at));
        const stretches = missing.filter((is, at) => is && missing[at - 1] !== true).length;
        expect(pieces.filter(({ kind }) => kind === 'left-out')).toHaveLength(stretches);
      }),
    );
  });
});
