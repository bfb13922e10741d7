import { describe, expect, it } from 'vitest';
import { architectureFacts, openError } from '../../src/backends/gguf-file.js';
import { tokenBytes } from '../../src/backends/gguf-vocabulary.js';

const llama = {
  block_count: 32,
  embedding_length: 4096,
  feed_forward_length: 14_336,
  attention: { head_count: 32, head_count_kv: 8 },
};

describe('architectureFacts', () => {
  it('knows the cache of Llama 3 8B: 128 KiB a token', () => {
    const facts = architectureFacts({ general: { architecture: 'llama' }, llama });
    expect(facts).toEqual({
      architecture: 'llama',
      embedding: false,
      multimodalRope: false,
      latentAttention: false,
      plausible: true,
      cacheBytesPerToken: 131_072,
    });
  });

  it('adds up layers that differ', () => {
    const attention = { head_count: 4, head_count_kv: [1, 2, 0, 1], key_length: 64, value_length: 32 };
    const facts = architectureFacts({ general: { architecture: 'x' }, x: { ...llama, attention } });
    expect(facts.cacheBytesPerToken).toBe(4 * (64 + 32) * 2);
  });

  it.each([
    [{ rope: { dimension_sections: [16, 24, 24] } }, 'multimodalRope'],
    [{ attention: { ...llama.attention, kv_lora_rank: 512 } }, 'latentAttention'],
    [{ attention: { ...llama.attention, causal: false } }, 'embedding'],
    [{ pooling_type: 3 }, 'embedding'],
  ] as const)('sees %j', (more, fact) => {
    expect(architectureFacts({ general: { architecture: 'x' }, x: { ...llama, ...more } })[fact]).toBe(true);
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
    expect(architectureFacts({ general: { architecture: 'x' }, x: { ...llama, ...more } }).plausible).toBe(false);
  });
});

describe('a recurrent model', () => {
  it('needs no heads', () => {
    const mamba = { block_count: 24, embedding_length: 768, feed_forward_length: 0, ssm: { conv_kernel: 4 } };
    expect(architectureFacts({ general: { architecture: 'mamba' }, mamba }).plausible).toBe(true);
  });
});

describe('openError', () => {
  it('names a model that may not be read', () => {
    const error = openError('m.gguf', Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    expect([error.code, error.message, error.exitCode]).toEqual(['model-unreadable', 'm.gguf: permission denied', 1]);
  });
});

describe('tokenBytes', () => {
  it.each([
    ['\u0120caf\u00c3\u00a9', 1, true, 6],
    ['<0x0A>', 6, false, 1],
    ['\u2581caf\u00e9', 1, false, 6],
    ['<|end\u00e9|>', 4, true, 9],
  ])('of %j', (text, type, byteLevel, bytes) => {
    expect(tokenBytes(text, type, byteLevel)).toHaveLength(bytes);
  });
});
