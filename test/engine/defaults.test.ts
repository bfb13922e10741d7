import { describe, expect, it } from 'vitest';
import { completePolicy, type PolicyCircumstances } from '../../src/engine/defaults.js';
import { capacity } from '../../src/engine/policy.js';

const surroundings: PolicyCircumstances = {
  trainedContext: 32_768,
  cacheBytesPerToken: 131_072,
  freeMemoryBytes: 8e9,
  gpu: false,
  kind: 'sinks',
};

describe('completePolicy', () => {
  it('takes 4 sinks, 4096 cells, and blocks of 128 on a CPU or 512 on a GPU', () => {
    expect(completePolicy({}, surroundings)).toEqual({ kind: 'sinks', sinks: 4, window: 4092, block: 128 });
    expect(completePolicy({}, { ...surroundings, gpu: true }).block).toBe(512);
  });

  it('stays within the trained context', () => {
    const small = { ...surroundings, trainedContext: 512 };
    expect(completePolicy({}, small)).toEqual({ kind: 'sinks', sinks: 4, window: 508, block: 64 });
  });

  it('takes half of the free memory at most', () => {
    // 256 MiB free: half of it holds 1024 tokens of 128 KiB.
    const policy = completePolicy({}, { ...surroundings, freeMemoryBytes: 2 ** 28 });
    expect(policy.sinks + policy.window).toBe(1024);
  });

  it('rounds blocks above 64 down to a multiple of it', () => {
    expect(completePolicy({ window: 996 }, surroundings).block).toBe(64);
    expect(completePolicy({ window: 60 }, surroundings).block).toBe(8);
  });

  it('fills the whole trained context for a dense run', () => {
    expect(completePolicy({ kind: 'dense' }, { ...surroundings, freeMemoryBytes: 1e12 }).window).toBe(32_768);
  });

  it('fills the capacity that is asked for, whatever the kind, beyond what the model was trained on too', () => {
    const small = { ...surroundings, trainedContext: 512 };
    for (const kind of ['sinks', 'window', 'recompute', 'dense'] as const) {
      expect(capacity(completePolicy({ kind, capacity: 1000 }, small), true)).toBe(1000);
    }
    expect(completePolicy({ sinks: 10, capacity: 1000 }, small)).toEqual({
      kind: 'sinks',
      sinks: 10,
      window: 990,
      block: 64,
    });
    expect(completePolicy({ kind: 'window', window: 70, capacity: 1000 }, small).window).toBe(70);
  });

  it('leaves a cell for the beginning token of recompute', () => {
    expect(completePolicy({ kind: 'recompute' }, { ...surroundings, trainedContext: 512 }).window).toBe(511);
  });

  it('never makes a block larger than the window', () => {
    expect(completePolicy({ kind: 'sinks', sinks: 4, window: 60, block: 1_000_000 }, surroundings).block).toBe(60);
  });

  it('assumes 4096 tokens where a model does not say what it was trained on', () => {
    const policy = completePolicy({}, { ...surroundings, trainedContext: undefined });
    expect(policy.sinks + policy.window).toBe(4096);
  });

  it('keeps what is given, and suits the model where no kind is', () => {
    expect(completePolicy({ kind: 'sinks', sinks: 2, window: 100, block: 7 }, surroundings)).toEqual({
      kind: 'sinks',
      sinks: 2,
      window: 100,
      block: 7,
    });
    expect(completePolicy({}, { ...surroundings, kind: 'recompute' })).toMatchObject({ kind: 'recompute', sinks: 0 });
  });
});
