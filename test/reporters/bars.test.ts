import { describe, expect, it } from 'vitest';
import { addedUp, bars, neighboursFor } from '../../src/reporters/bars.js';

describe('bars', () => {
  it('are in proportion to the greatest, and blank for nothing', () => {
    expect(bars([0, 1, 4, 8])).toBe(' ▁▄█');
    expect(bars([3])).toBe('█');
  });
});

describe('addedUp', () => {
  it('adds neighbours up where there is too little room', () => {
    const within = (most: number, values: readonly number[]): number[] => addedUp(values, neighboursFor(most, values));
    expect(within(3, [1, 2, 3, 4, 5])).toEqual([3, 7, 5]);
    expect(within(Infinity, [1, 2])).toEqual([1, 2]);
    expect(within(1, [1, 2])).toEqual([3]);
  });
});
