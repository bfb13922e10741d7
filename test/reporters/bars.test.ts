import { describe, expect, it } from 'vitest';
import { bars, joinedTo } from '../../src/reporters/bars.js';

describe('bars', () => {
  it('are in proportion to the greatest, and blank for nothing', () => {
    expect(bars([0, 1, 4, 8])).toBe(' ▁▄█');
    expect(bars([3])).toBe('█');
  });
});

describe('joinedTo', () => {
  it('adds neighbours up where there is too little room', () => {
    expect(joinedTo(3, [1, 2, 3, 4, 5])).toEqual([3, 7, 5]);
    expect(joinedTo(Infinity, [1, 2])).toEqual([1, 2]);
    expect(joinedTo(1, [1, 2])).toEqual([3]);
  });
});
