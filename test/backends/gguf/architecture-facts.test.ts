import { describe, expect, it } from 'vitest';
import { architectureFacts } from '../../../src/backends/gguf/architecture-facts.js';

const llama = {
  block_count: 32,
  embedding_length: 4096,
  feed_forward_length: 14_336,
  attention: { head_count: 32, head_count_kv: 8 },
};

/** The keys of an architecture as they stand in a GGUF. */
function factsOf(architecture: string, values: object) {
  const keys = new Map<string, unknown>([['general.architecture', architecture]]);
  const add = (path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) keys.set(path, value);
    else for (const [key, inner] of Object.entries(value)) add(`${path}.${key}`, inner);
  };
  add(architecture, values);
  return architectureFacts((key) => keys.get(key));
}

describe('architectureFacts', () => {
  it('knows the cache of Llama 3 8B: 128 KiB a token', () => {
    const facts = factsOf('llama', llama);
    expect(facts).toEqual({
      architecture: 'llama',
      embedding: false,
      multimodalRope: false,
      latentAttention: false,
      layers: 32,
      heads: 32,
      keyValueHeads: [8],
      headSize: 128,
      plausible: true,
      cacheBytesPerToken: 131_072,
      cacheNumbers: { keys: 32 * 8 * 128, values: 32 * 8 * 128 },
      headSizes: { keys: [128], values: [128] },
    });
  });

  it('adds up layers that differ', () => {
    const attention = { head_count: 4, head_count_kv: [1, 2, 0, 1], key_length: 64, value_length: 32 };
    const facts = factsOf('x', { ...llama, attention });
    expect(facts.cacheBytesPerToken).toBe(4 * (64 + 32) * 2);
    expect(facts.cacheNumbers).toEqual({ keys: 4 * 64, values: 4 * 32 });
    expect(facts.headSizes).toEqual({ keys: [64], values: [32] });
  });

  it('tells heads of layers with a sliding window apart', () => {
    const attention = { head_count: 4, key_length: 512, key_length_swa: 256, value_length: 512, value_length_swa: 512 };
    expect(factsOf('x', { ...llama, attention }).headSizes).toEqual({ keys: [512, 256], values: [512] });
  });

  it('takes the most heads of a model that has fewer in some layers', () => {
    const attention = { head_count: [12, 20], head_count_kv: [3, 5] };
    const facts = factsOf('x', { ...llama, embedding_length: 1280, block_count: 2, attention });
    expect([facts.heads, facts.cacheBytesPerToken]).toEqual([20, 8 * 2 * 64 * 2]);
  });

  it.each([
    [{ rope: { dimension_sections: [16, 24, 24] } }, 'multimodalRope'],
    [{ attention: { ...llama.attention, kv_lora_rank: 512 } }, 'latentAttention'],
    [{ attention: { ...llama.attention, causal: false } }, 'embedding'],
    [{ pooling_type: 3 }, 'embedding'],
  ] as const)('sees %j', (more, fact) => {
    expect(factsOf('x', { ...llama, ...more })[fact]).toBe(true);
  });
});

describe('sizes that llama.cpp aborts on', () => {
  it.each([
    { block_count: 0 },
    { block_count: 2 ** 24 },
    { embedding_length: 0 },
    { feed_forward_length: 0 },
    { feed_forward_length: undefined },
    { attention: {} },
    { attention: { head_count: 0 } },
    { attention: { head_count: 8192 } },
    { attention: { head_count: 32, head_count_kv: 0 } },
    { attention: { head_count: 32, head_count_kv: [0, 0] } },
  ])('are seen: %j', (more) => {
    expect(factsOf('x', { ...llama, ...more }).plausible).toBe(false);
  });
});

describe('a recurrent model', () => {
  it('needs no heads', () => {
    const mamba = { block_count: 24, embedding_length: 768, feed_forward_length: 0, ssm: { conv_kernel: 4 } };
    expect(factsOf('mamba', mamba).plausible).toBe(true);
  });
});
