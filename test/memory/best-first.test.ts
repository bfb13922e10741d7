import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BestFirst } from '../../src/memory/best-first.js';

describe('BestFirst', () => {
  it('holds what sorting all items and keeping the first ones gives', () => {
    // Few different scores, so that many are equal.
    const scores = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), { maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 12 }), (all, most) => {
        const best = new BestFirst<number>(most);
        for (const [index, score] of all.entries()) best.add(score, index);
        // Sorting is stable: of equal scores, the earlier comes first.
        const sorted = [...all.entries()].sort(([, a], [, b]) => b - a).map(([index]) => index);
        expect(best.items).toEqual(sorted.slice(0, most));
      }),
    );
  });

  it('wants exactly what it would keep', () => {
    const scores = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 30 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 5 }), fc.integer({ min: -4, max: 4 }), (all, most, score) => {
        const best = new BestFirst<string>(most);
        for (const each of all) best.add(each, 'other');
        const wanted = best.wants(score);
        best.add(score, 'this');
        expect(best.items.includes('this')).toBe(wanted);
      }),
    );
  });
});
