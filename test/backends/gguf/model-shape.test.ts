import { describe, expect, it } from 'vitest';
import { modelShape } from '../../../src/backends/gguf/model-shape.js';
import type { ModelShape } from '../../../src/engine/models/model-shape.js';

function shapeOf(architecture: string, metadata: Readonly<Record<string, unknown>>, tensors: Tensors = []): ModelShape {
  const prefixed = Object.entries(metadata).map(([key, value]) => [`${architecture}.${key}`, value] as const);
  const values = new Map<string, unknown>([['general.architecture', architecture], ...prefixed]);
  return modelShape((key) => values.get(key), tensors, 1000);
}

type Tensors = readonly { name: string; dimensions: readonly number[] }[];

const llama = {
  block_count: 32,
  embedding_length: 4096,
  'attention.head_count': 32,
  'attention.head_count_kv': 8,
};

/** Which layers slide, as digits. */
function sliding({ layers }: ModelShape): string {
  return layers.map(({ slidingWindow }) => (slidingWindow === null ? '0' : '1')).join('');
}

describe('the shape of a model', () => {
  it('has grouped keys and values, and all heads to compute', () => {
    const shape = shapeOf('llama', llama);
    expect(shape).toMatchObject({ hiddenSize: 4096, weightBytes: 1000 });
    expect(shape.layers).toHaveLength(32);
    // Llama 3 8B: 128 KiB a token in all layers; 4 · 4096 FLOP a pair.
    expect(shape.layers[0]).toEqual({ cacheBytesPerToken: 4096, flopsPerPair: 16_384, slidingWindow: null });
  });

  it('takes a number of heads for each layer, none for recurrent ones, and lengths of keys and values', () => {
    const { layers } = shapeOf('x', {
      ...llama,
      block_count: 3,
      'attention.head_count': 4,
      'attention.head_count_kv': [1, 0, 2],
      'attention.key_length': 64,
      'attention.value_length': 32,
    });
    expect(layers.map(({ cacheBytesPerToken }) => cacheBytesPerToken)).toEqual([192, 0, 384]);
    expect(layers.map(({ flopsPerPair }) => flopsPerPair)).toEqual([768, 0, 768]);
  });

  it('has no attention without heads', () => {
    const { layers } = shapeOf('mamba', { block_count: 2, embedding_length: 768 });
    expect(layers.map(({ flopsPerPair }) => flopsPerPair)).toEqual([0, 0]);
  });

  it.each([
    ['a list says so', 'x', [true, false, true, false], '1010'],
    ['a period says so', 'x', 3, '1101'],
    ['every layer does', 'x', 0, '1111'],
    ['its architecture has a period', 'gemma2', undefined, '1010'],
    ['its architecture has a period that begins with all', 'smallthinker', undefined, '0111'],
    ['nothing is known', 'x', undefined, '0000'],
  ])('has layers that slide where %s', (_, architecture, pattern, expected) => {
    const metadata = { ...llama, block_count: 4, 'attention.sliding_window': 512 };
    const shape = shapeOf(architecture, { ...metadata, 'attention.sliding_window_pattern': pattern });
    expect(sliding(shape)).toBe(expected);
    expect(new Set(shape.layers.map(({ slidingWindow }) => slidingWindow ?? 512))).toEqual(new Set([512]));
  });

  it('has no layer that slides without a window, whatever the pattern', () => {
    expect(sliding(shapeOf('gemma3', { ...llama, block_count: 6, 'attention.sliding_window_pattern': 6 }))).toBe(
      '000000',
    );
  });

  it('takes the lengths of layers that slide where they differ', () => {
    const { layers } = shapeOf('x', {
      ...llama,
      block_count: 2,
      'attention.sliding_window': 512,
      'attention.sliding_window_pattern': 2,
      'attention.key_length': 256,
      'attention.value_length': 256,
      'attention.key_length_swa': 64,
      'attention.value_length_swa': 64,
    });
    expect(layers.map(({ cacheBytesPerToken }) => cacheBytesPerToken)).toEqual([8 * 128 * 2, 8 * 512 * 2]);
  });

  it('counts of a mixture the experts that a token meets', () => {
    const tensors = [
      { name: 'token_embd.weight', dimensions: [10, 100] },
      { name: 'blk.0.ffn_up_exps.weight', dimensions: [10, 20, 8] },
      { name: 'blk.0.ffn_up_shexp.weight', dimensions: [10, 20] },
    ];
    expect(shapeOf('x', { ...llama, expert_count: 8, expert_used_count: 2 }, tensors).activeParameters).toBe(1600);
    expect(shapeOf('x', llama, tensors).activeParameters).toBe(2800);
  });
});
