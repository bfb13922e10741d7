// What an answer may cite: the spans that the model was given, and nothing that only looks like them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../src/memory/recall/answer-citations.js';

const spans = [
  { name: 'a, b.txt', lines: [3, 5] },
  { name: 'c.txt', lines: [9, 9] },
  { name: 'c.txt', lines: [9, 9] },
] as const;

describe('checkAnswer', () => {
  it('puts the lines of a span in the place of its mark', () => {
    expect(checkAnswer('He sleeps [S1]. She [s2, passage S1].', spans)).toEqual({
      ...{ text: 'He sleeps [a, b.txt:3-5]. She [c.txt:9-9] [a, b.txt:3-5].', cited: [0, 1], removed: 0 },
    });
    // Two spans of one line are one place.
    expect(checkAnswer('So [S2; S3]', spans)).toEqual({ text: 'So [c.txt:9-9]', cited: [1, 2], removed: 0 });
  });

  it('keeps a citation that is written out only where it is one of the spans', () => {
    expect(checkAnswer('x [a, b.txt:3-5] [c.txt:9]', spans)).toMatchObject({
      ...{ text: 'x [a, b.txt:3-5] [c.txt:9-9]', cited: [0, 1] },
    });
    expect(checkAnswer('x [a, b.txt:3-4] y [c.txt:9-10].', spans)).toMatchObject({ text: 'x y.', cited: [] });
  });

  it('leaves out marks of no span, and leaves other brackets alone', () => {
    expect(checkAnswer('x [S4] y [S1, S0] z [sic] [12]', spans)).toEqual({
      ...{ text: 'x y [a, b.txt:3-5] z [sic] [12]', cited: [0], removed: 2 },
    });
  });

  it('never lets through a citation of anything else', () => {
    const piece = fc.constantFrom('[', ']', 'S1', 'S7', 'c.txt:9-9', 'd.txt:1-2', ', ', ' and ', ' ', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { text } = checkAnswer(pieces.join(''), spans);
        for (const [cited] of text.matchAll(/\[[^[\]\n]*:\d+(?:-\d+)?\]/g)) {
          expect(['[a, b.txt:3-5]', '[c.txt:9-9]']).toContain(cited);
        }
      }),
    );
  });
});
