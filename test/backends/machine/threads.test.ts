import { describe, expect, it } from 'vitest';
import { freeThreads } from '../../../src/backends/machine/threads.js';

describe('freeThreads', () => {
  it.each([
    [8, 0, 8],
    [8, 0.25, 6],
    [2, 0.1, 2],
    [2, 0.5, 1],
    [2, 1.5, 1],
    [0.5, 0, 1],
    [1.5, 0, 1],
    [8, -0.1, 8],
  ])('of %d cores, a share of %d busy, are %d', (cores, busyShare, threads) => {
    expect(freeThreads({ cores, busyShare })).toBe(threads);
  });
});
