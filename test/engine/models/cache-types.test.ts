import { describe, expect, it } from 'vitest';
import { cacheBytesPerToken, formatCacheTypes, parseCacheTypes } from '../../../src/engine/models/cache-types.js';

describe('the notation', () => {
  it('is a type, or one for keys and one for values', () => {
    expect(parseCacheTypes('q8_0')).toEqual({ keys: 'q8_0', values: 'q8_0' });
    expect(parseCacheTypes('f16,q4_0')).toEqual({ keys: 'f16', values: 'q4_0' });
    for (const wrong of ['', 'q8', 'q8_0,', ',f16', 'f16,q8_0,f16', 'Q8_0', 'f16, q8_0']) {
      expect(parseCacheTypes(wrong)).toBeUndefined();
    }
  });

  it('is written as it is read', () => {
    for (const notation of ['f16', 'q8_0', 'q8_0,f16', 'f16,iq4_nl']) {
      expect(formatCacheTypes(parseCacheTypes(notation) ?? { keys: 'f32', values: 'f32' })).toBe(notation);
    }
  });
});

describe('cacheBytesPerToken', () => {
  const llama3 = { keys: 32 * 8 * 128, values: 32 * 8 * 128 };

  it('knows the cache of Llama 3 8B: 128 KiB a token, and 17/32 of that in q8_0', () => {
    expect(cacheBytesPerToken(llama3)).toBe(131_072);
    expect(cacheBytesPerToken(llama3, { keys: 'q8_0', values: 'q8_0' })).toBe((131_072 * 17) / 32);
    expect(cacheBytesPerToken(llama3, { keys: 'f16', values: 'q4_0' })).toBe(65_536 + (65_536 * 9) / 32);
  });
});
