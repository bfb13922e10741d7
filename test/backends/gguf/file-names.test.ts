import { describe, expect, it } from 'vitest';
import {
  allParts,
  hasQuantization,
  isModelFileName,
  partsOf,
  quantizationOf,
} from '../../../src/backends/gguf/file-names.js';

describe('quantizationOf', () => {
  it.each([
    ['Qwen3-4B-Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen2.5-0.5b-instruct-q8_0.gguf', 'Q8_0'],
    ['gemma-3-4b-it-qat-q4_0.gguf', 'Q4_0'],
    ['Llama-3.2-3B-Instruct-IQ4_XS.gguf', 'IQ4_XS'],
    ['Q6_K/big-Q6_K-00001-of-00003.gguf', 'Q6_K'],
    ['model.BF16.gguf', 'BF16'],
    ['model-fp16.gguf', 'FP16'],
    ['model_q5_k_s.gguf', 'Q5_K_S'],
    ['gpt-oss-20b-MXFP4.gguf', 'MXFP4'],
    ['bitnet-TQ1_0.gguf', 'TQ1_0'],
    ['llama-7b.gguf', undefined],
    ['model-v2.gguf', undefined],
  ])('of %s is %s', (name, quantization) => {
    expect(quantizationOf(name)).toBe(quantization);
  });
});

describe('hasQuantization', () => {
  it.each([
    ['model-Q4_K_M.gguf', 'q4_k_m', true],
    ['model-UD-Q4_K_XL.gguf', 'Q4_K_XL', true],
    ['model-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL', true],
    ['model-IQ4_NL.gguf', 'Q4_NL', false],
    ['model-Q4_K_M.gguf', 'Q4_K', false],
    ['big-Q6_K-00001-of-00003.gguf', 'Q6_K', true],
  ])('%s has %s: %s', (name, asked, answer) => {
    expect(hasQuantization(name, asked)).toBe(answer);
  });
});

describe('parts', () => {
  it('are named from the first to the last', () => {
    expect(partsOf('a/m-Q4_0-00002-of-00003.gguf')).toEqual({ stem: 'm-Q4_0', part: 2, parts: 3 });
    expect(allParts('a/m-00002-of-00003.gguf')).toEqual([
      'a/m-00001-of-00003.gguf',
      'a/m-00002-of-00003.gguf',
      'a/m-00003-of-00003.gguf',
    ]);
    expect(allParts('a/m.gguf')).toEqual(['a/m.gguf']);
  });
});

describe('isModelFileName', () => {
  it.each([
    ['mmproj-model-f16.gguf', false],
    ['model.imatrix.gguf', false],
    ['mtp-model.gguf', false],
    ['model-draft-Q4_0.gguf', false],
    ['draftsman-7b.gguf', true],
    ['model-Q4_0.gguf', true],
  ])('%s: %s', (name, answer) => {
    expect(isModelFileName(name)).toBe(answer);
  });
});
