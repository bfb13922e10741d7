import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGgufHeader } from '../../../src/backends/gguf/header.js';
import { bundledModel } from '../../../src/commands/options/model.js';
import { file } from '../../support/cli.js';
import { embeddingTensor, gguf, modelMetadata } from '../../support/gguf.js';
import { bundledVocabularies, vocabularyFile } from '../../support/vocabularies.js';

describe('readGgufHeader', () => {
  it('accepts real files', () => {
    expect(readGgufHeader(bundledModel)).toBeDefined();
    for (const name of bundledVocabularies) expect(readGgufHeader(vocabularyFile(name))).toBeDefined();
  });

  it('refuses every file that ends inside header or tensor table', () => {
    const whole = gguf(modelMetadata('llama'), [embeddingTensor]);
    const tensorData = 32 * 3 * 4;
    for (let length = 24; length < whole.length - tensorData - 32; length += 7) {
      expect(readGgufHeader(file('cut.gguf', whole.subarray(0, length)))).toBeUndefined();
    }
  });

  it('gives values by key, and of long lists their length', () => {
    const tokens = Array.from({ length: 2000 }, (_, index) => `token ${index}`);
    const layers = [1, 2, 3];
    const metadata = { 'x.layers': layers, 'x.size': 64, 'x.scale': 0.5, 'x.is': true, 'x.tokens': tokens };
    const path = file('values.gguf', gguf(metadata, [embeddingTensor]));
    const header = readGgufHeader(path);
    expect(Object.fromEntries(header?.metadata ?? [])).toEqual({
      'x.layers': { length: 3, values: layers },
      'x.size': 64,
      'x.scale': 0.5,
      'x.is': true,
      'x.tokens': { length: 2000, values: undefined },
    });
    expect([header?.tensors, header?.parameters, header?.weightBytes]).toEqual([1, 32 * 3, 32 * 3 * 4]);
    expect(readGgufHeader(path, new Set(['x.tokens']))?.metadata.get('x.tokens')).toEqual({
      length: 2000,
      values: tokens,
    });
  });

  it('refuses a file that ends before its last tensor', () => {
    const tensors = [embeddingTensor, { name: 'output.weight', dimensions: [32, 3] }];
    const whole = gguf(modelMetadata('llama'), tensors);
    expect(readGgufHeader(file('whole.gguf', whole))).toBeDefined();
    expect(readGgufHeader(file('half.gguf', whole.subarray(0, whole.length - 32 * 3 * 4)))).toBeUndefined();
  });

  it('answers at once whatever is damaged', () => {
    const whole = readFileSync(bundledModel).subarray(0, 300_000);
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 2000 }), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, damage) => {
        const bytes = Buffer.from(whole);
        bytes.set(damage, at);
        const started = performance.now();
        readGgufHeader(file('damaged.gguf', bytes));
        // Not a speed test: the reader that this one protects would be busy for hours.
        expect(performance.now() - started).toBeLessThan(10_000);
      }),
    );
  });
});
