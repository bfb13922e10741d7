// Reciprocal rank fusion: known sums, and what holds for any rankings.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuseRanks } from '../../../src/memory/recall/rank-fusion.js';

const ranking = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 30 });
const ids = (fused: ReturnType<typeof fuseRanks>): number[] => fused.map(({ id }) => id);

describe('fuseRanks', () => {
  it('adds up 1 / (60 + rank), and puts the earlier of equal ones first', () => {
    const fused = fuseRanks([
      [7, 3, 5],
      [5, 9, 7],
    ]);
    expect(ids(fused)).toEqual([5, 7, 3, 9]);
    expect(fused.map(({ ranks }) => ranks)).toEqual([
      [3, 1],
      [1, 3],
      [2, undefined],
      [undefined, 2],
    ]);
    // Cormack, Clarke and Büttcher 2009, with k = 60.
    expect(fused[0]?.score).toBeCloseTo(1 / 63 + 1 / 61, 12);
    expect(fused[2]?.score).toBeCloseTo(1 / 62, 12);
  });

  it('leaves one ranking as it is, also beside an empty one', () => {
    fc.assert(
      fc.property(ranking, (only) => {
        expect(ids(fuseRanks([only]))).toEqual(only);
        expect(ids(fuseRanks([only, []]))).toEqual(only);
      }),
    );
  });

  it('holds every item once, whatever the order of the rankings', () => {
    fc.assert(
      fc.property(ranking, ranking, (one, other) => {
        const fused = fuseRanks([one, other]);
        expect(new Set(ids(fused))).toEqual(new Set([...one, ...other]));
        expect(fused).toHaveLength(new Set([...one, ...other]).size);
        expect(ids(fuseRanks([other, one]))).toEqual(ids(fused));
      }),
    );
  });

  it('never puts an item behind one that stands behind it in every ranking', () => {
    fc.assert(
      fc.property(ranking, ranking, (one, other) => {
        const fused = fuseRanks([one, other]);
        const place = (rank: number | undefined): number => rank ?? Infinity;
        for (const [at, better] of fused.entries()) {
          for (const worse of fused.slice(at + 1)) {
            const isBehind = better.ranks.every((rank, index) => place(rank) > place(worse.ranks[index]));
            expect(isBehind).toBe(false);
          }
        }
      }),
    );
  });
});
