import { describe, expect, it } from 'vitest';
import { classifyModel, type ModelTraits } from '../../../src/engine/models/model-class.js';

const plain: ModelTraits = {
  recurrent: false,
  hybrid: false,
  multimodalRope: false,
  latentAttention: false,
  slidingWindow: false,
};

describe('classifyModel', () => {
  it.each([
    ['a plain transformer', {}, 'shift'],
    ['one with sliding-window layers', { slidingWindow: true }, 'shift-full-cache'],
    ['one with M-RoPE, which llama.cpp must not shift', { multimodalRope: true, slidingWindow: true }, 'recompute'],
    ['one with latent attention', { latentAttention: true }, 'recompute'],
    ['a hybrid', { hybrid: true }, 'recompute'],
    ['a recurrent one', { recurrent: true }, 'stateful'],
  ])('knows %s', (_, traits, kind) => {
    expect(classifyModel({ ...plain, ...traits }).kind).toBe(kind);
  });
});
