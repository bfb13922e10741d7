// What a run of a model takes on a machine with so much memory.

import { describe, expect, it } from 'vitest';
import { architectureFacts } from '../../../src/backends/gguf/architecture-facts.js';
import type { GgufDescription } from '../../../src/backends/gguf/description.js';
import { defaultPolicy, factsOf } from '../../../src/commands/models/facts.js';
import { formatPolicy } from '../../../src/engine/policy.js';

const gigabyte = 1e9;
const metadata: Readonly<Record<string, unknown>> = {
  'general.architecture': 'llama',
  'llama.block_count': 32,
  'llama.embedding_length': 4096,
  'llama.feed_forward_length': 14_336,
  'llama.attention.head_count': 32,
  'llama.attention.head_count_kv': 8,
};
/** Llama 3 8B in Q4_K_M: 128 KiB of cache a token. */
const llama3: GgufDescription = {
  title: 'Llama 3 8B',
  kind: 'chat',
  parameters: 8_030_261_312,
  trainedContext: 8192,
  quantization: 'Q4_K_M',
  weightBytes: 4.9 * gigabyte,
  modelClass: { kind: 'shift' },
  facts: architectureFacts((key) => metadata[key]),
};

describe('factsOf', () => {
  it('counts the weights, and a cache of the default capacity', () => {
    const { memory } = factsOf(llama3, 16 * gigabyte);
    expect(memory).toEqual({ capacity: 4096, bytes: 4.9 * gigabyte + 4096 * 131_072 });
  });

  it('takes a smaller cache where little memory is left beside the weights', () => {
    const { memory } = factsOf(llama3, 5.4 * gigabyte);
    expect(memory?.capacity).toBe(Math.floor((0.5 * gigabyte) / 2 / 131_072));
    expect(factsOf(llama3, 4 * gigabyte).memory?.capacity).toBe(16);
  });

  it('counts no cache for a state of constant size', () => {
    const { memory, cacheBytesPerToken } = factsOf({ ...llama3, modelClass: { kind: 'stateful' } }, 16 * gigabyte);
    expect([memory?.bytes, cacheBytesPerToken]).toEqual([4.9 * gigabyte, 0]);
  });

  it('needs nothing for what it cannot run', () => {
    expect(factsOf({ ...llama3, kind: 'embedding' }, 16 * gigabyte).memory).toBeNull();
    expect(factsOf({ ...llama3, modelClass: undefined }, 16 * gigabyte)).toMatchObject({ room: null, memory: null });
  });
});

describe('defaultPolicy', () => {
  it.each([
    [{ kind: 'shift' }, 'sinks:4+4092/128'],
    [{ kind: 'shift-full-cache' }, 'sinks:4+4092/128'],
    [{ kind: 'recompute', reason: 'it is a hybrid' }, 'recompute:4095/128'],
  ] as const)('of %j is %s', (modelClass, policy) => {
    const settled = defaultPolicy({ ...llama3, modelClass }, 16 * gigabyte);
    expect(settled && formatPolicy(settled)).toBe(policy);
  });
});
