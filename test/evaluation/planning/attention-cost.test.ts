import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attentionFlops,
  attentionPairs,
  cacheBytes,
  parameterFlops,
} from '../../../src/evaluation/planning/attention-cost.js';

/** Llama 3 8B: 32 layers, 32 heads of 128 numbers, 8 of them for keys and values (its config.json). */
const layer = { cacheBytesPerToken: 8 * 128 * 2 * 2, flopsPerPair: 32 * 128 * 2 * 2, slidingWindow: null };
const llama = {
  hiddenSize: 4096,
  activeParameters: 8_030_261_248,
  weightBytes: 16e9,
  layers: Array.from({ length: 32 }, () => layer),
};

describe('pairs of a query and a key', () => {
  it('are as many as counted, with and without a sliding window', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.option(fc.integer({ min: 1, max: 250 })), (tokens, window) => {
        let counted = 0;
        for (let query = 1; query <= tokens; query += 1) counted += Math.min(query, window ?? Infinity);
        expect(attentionPairs(tokens, window)).toBe(counted);
      }),
    );
  });
});

describe('the cost of reading a text', () => {
  it('is 2 FLOP for each parameter and token', () => {
    expect(parameterFlops(llama, 1000)).toBe(2 * 8_030_261_248 * 1000);
  });

  it('is 2 · 2 · layers · heads · headSize · n² / 2 of attention', () => {
    const n = 1e6;
    expect(attentionFlops(llama, n) / ((2 * 2 * 32 * 32 * 128 * n ** 2) / 2)).toBeCloseTo(1, 5);
  });

  it('is a cache of 128 KiB a token, and of no more than the window in layers that slide', () => {
    expect(cacheBytes(llama, 1000)).toBe(1000 * 128 * 1024);
    const layers = [layer, { ...layer, slidingWindow: 300 }];
    expect(cacheBytes({ layers }, 1000)).toBe((1000 + 300) * 4096);
    expect(cacheBytes({ layers }, 200)).toBe((200 + 200) * 4096);
  });

  it('is nothing for no text', () => {
    expect([parameterFlops(llama, 0), attentionFlops(llama, 0), cacheBytes(llama, 0)]).toEqual([0, 0, 0]);
  });
});
