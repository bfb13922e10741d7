// Which types of keys and values are refused, and when llama.cpp's flash attention is on.

import { describe, expect, it } from 'vitest';
import { checkCacheTypes, flashAttention } from '../../../src/backends/local/cache-types.js';
import type { GgufFile } from '../../../src/backends/gguf/file.js';
import { parseCacheTypes } from '../../../src/engine/models/cache-types.js';

/** Llama 3 8B, as far as the types in its cache go. */
const llama3: GgufFile = {
  path: 'model.gguf',
  name: 'model',
  parameters: 8e9,
  trainedContext: 8192,
  weightBytes: 5e9,
  repackedBytes: 4e9,
  layers: 33,
  vocabularySize: 128_256,
  chatTemplate: undefined,
  cacheNumbers: { keys: 32 * 8 * 128, values: 32 * 8 * 128 },
  headSizes: { keys: [128], values: [128] },
  traits: { recurrent: false, hybrid: false, multimodalRope: false, latentAttention: false, slidingWindow: false },
  shape: { hiddenSize: 4096, activeParameters: 8e9, weightBytes: 5e9, layers: [] },
};

describe('flashAttention', () => {
  it('is off on a CPU, but for quantised values', () => {
    expect(flashAttention({ keys: 'q8_0', values: 'f16' }, false)).toBe(false);
    expect(flashAttention({ keys: 'f16', values: 'q8_0' }, false)).toBe(true);
    expect(flashAttention({ keys: 'f16', values: 'f16' }, true)).toBe('auto');
  });
});

describe('checkCacheTypes', () => {
  const heads = (...sizes: number[]): GgufFile => ({ ...llama3, headSizes: { keys: sizes, values: sizes } });
  const having = (trait: keyof GgufFile['traits']): GgufFile => ({
    ...llama3,
    traits: { ...llama3.traits, [trait]: true },
  });

  it.each([
    ['heads of 32', heads(32), 'q8_0'],
    ['heads of 96', heads(96), 'q4_0,f16'],
    ['heads of two sizes', heads(64, 128), 'q8_0'],
    ['any heads', llama3, 'bf16'],
  ])('lets nobody shift, with %s, keys that llama.cpp cannot', (_, model, notation) => {
    const types = parseCacheTypes(notation) ?? { keys: 'f16', values: 'f16' };
    expect(() => {
      checkCacheTypes(model, types, true);
    }).toThrow(/cannot be shifted/);
    checkCacheTypes(model, types, false);
    checkCacheTypes(model, { ...types, keys: 'f16' }, true);
  });

  it.each([
    ['heads of 80 in blocks of 32', heads(80), 'q8_0', /blocks of 32/],
    ['keys and values that are one', having('latentAttention'), 'f16,q8_0', /are one/],
    ['a recurrent state', having('recurrent'), 'q8_0', /recurrent state/],
  ])('refuses %s', (_, model, notation, problem) => {
    const types = parseCacheTypes(notation) ?? { keys: 'f16', values: 'f16' };
    expect(() => {
      checkCacheTypes(model, types, false);
    }).toThrow(problem);
  });

  it('takes heads of 64 and of 128', () => {
    checkCacheTypes(heads(64), { keys: 'q8_0', values: 'q8_0' }, true);
    checkCacheTypes(heads(128), { keys: 'q4_0', values: 'q4_0' }, true);
  });

  it('takes F16 with any model', () => {
    checkCacheTypes(having('recurrent'), { keys: 'f16', values: 'f16' }, true);
    checkCacheTypes(heads(80), { keys: 'f16', values: 'f16' }, true);
  });
});
