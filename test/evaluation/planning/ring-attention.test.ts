// Formulas and table 2 of Liu et al. 2023, "Ring Attention with Blockwise Transformers for Near-Infinite Context".

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionPairs } from '../../../src/evaluation/planning/attention-cost.js';
import { deviceNames, devices } from '../../../src/evaluation/planning/devices.js';
import {
  busiestPairs,
  leastBlock,
  leastSequence,
  ringActivationBytes,
  ringTransferSeconds,
  type RingOrder,
} from '../../../src/evaluation/planning/ring-attention.js';

describe('table 2 of the paper', () => {
  // FLOPS (TF), HBM (GB), bandwidth (GB/s), minimal block and minimal sequence (thousands of tokens).
  const table = {
    'a100-nvlink': [312, 80, 300, 1.0, 6.2],
    'tpu-v3': [123, 16, 112, 1.1, 6.6],
    'tpu-v4': [275, 32, 268, 1.0, 6.2],
    'tpu-v5e': [196, 16, 186, 1.1, 6.3],
  } as const;

  it.each(Object.entries(table))('%s', (name, [teraflops, memory, bandwidth, block, sequence]) => {
    const device = devices[name as keyof typeof table];
    expect(device).toEqual({
      flopsPerSecond: teraflops * 1e12,
      bytesPerSecond: bandwidth * 1e9,
      memoryBytes: memory * 1e9,
    });
    expect((leastBlock(device) / 1e3).toFixed(1)).toBe(block.toFixed(1));
    expect((leastSequence(device) / 1e3).toFixed(1)).toBe(sequence.toFixed(1));
  });

  it('a100-infiniband, where the paper prints 24.5 and 149.5 for 312 / 12.5 = 24.96 and six times that', () => {
    const device = devices['a100-infiniband'];
    expect(device).toEqual({ flopsPerSecond: 312e12, bytesPerSecond: 12.5e9, memoryBytes: 80e9 });
    expect(leastBlock(device)).toBeCloseTo(24_960, 6);
    expect(leastSequence(device)).toBeCloseTo(149_760, 6);
    expect(Math.abs(leastSequence(device) / 149_500 - 1)).toBeLessThan(0.002);
  });

  it('has no other rows', () => {
    expect([...deviceNames].sort()).toEqual(['a100-infiniband', ...Object.keys(table)].sort());
  });
});

describe('a block', () => {
  it('takes as long to work on as to pass on where it has the least size: 4dc² / F = 4cd / B', () => {
    for (const device of Object.values(devices)) {
      const c = leastBlock(device);
      const d = 4096;
      const work = (4 * d * c ** 2) / device.flopsPerSecond;
      expect(work / ((4 * c * d) / device.bytesPerSecond)).toBeCloseTo(1, 12);
      // Keys and values of c tokens of d numbers, two bytes each.
      const shape = {
        hiddenSize: d,
        activeParameters: 0,
        weightBytes: 0,
        layers: [{ cacheBytesPerToken: 4 * d, flopsPerPair: 4 * d, slidingWindow: null }],
      };
      expect(ringTransferSeconds(shape, c, 2, device) / work).toBeCloseTo(1, 12);
    }
  });

  it('takes 6bch bytes, as table 1 counts them', () => {
    expect(ringActivationBytes(1024, 4096)).toBe(6 * 1024 * 4096);
    expect(ringActivationBytes(1024, 4096, 3)).toBe(3 * 6 * 1024 * 4096);
  });

  it('is passed on in all rounds but the last, and no further than a sliding window reaches', () => {
    const layer = { cacheBytesPerToken: 10, flopsPerPair: 1, slidingWindow: null };
    const device = { flopsPerSecond: 1, bytesPerSecond: 1, memoryBytes: 1 };
    const shape = {
      hiddenSize: 1,
      activeParameters: 0,
      weightBytes: 0,
      layers: [layer, { ...layer, slidingWindow: 5 }],
    };
    expect(ringTransferSeconds(shape, 4, 3, device)).toBe(10 * 4 * 2 + 10 * 5);
  });
});

describe('the busiest host', () => {
  /** Counted one query at a time. */
  function counted(run: number, hosts: number, order: RingOrder, window: number | null): number {
    const own = Array.from({ length: hosts }, () => 0);
    for (let query = 0; query < 2 * run * hosts; query += 1) {
      const part = Math.floor(query / run);
      const host = order === 'contiguous' ? Math.floor(part / 2) : Math.min(part, 2 * hosts - 1 - part);
      own[host] = (own[host] ?? 0) + Math.min(query + 1, window ?? Infinity);
    }
    return Math.max(...own);
  }

  it('has as many pairs as counted, in either order, with and without a sliding window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<RingOrder>('contiguous', 'zigzag'),
        fc.option(fc.integer({ min: 1, max: 100 })),
        (run, hosts, order, window) => {
          const pairs = busiestPairs(2 * run * hosts, 2 * run, order, window);
          expect(pairs).toBeCloseTo(counted(run, hosts, order, window), 6);
        },
      ),
    );
  });

  it.each([2, 8, 64])('of %d has 2 - 1/N times the mean in contiguous order, and the mean in zigzag order', (hosts) => {
    const tokens = hosts * 1e6;
    const mean = attentionPairs(tokens, null) / hosts;
    expect(busiestPairs(tokens, 1e6, 'contiguous', null) / mean).toBeCloseTo(2 - 1 / hosts, 5);
    expect(busiestPairs(tokens, 1e6, 'zigzag', null) / mean).toBeCloseTo(1, 12);
  });
});
