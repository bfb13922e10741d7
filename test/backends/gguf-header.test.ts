import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGgufHeader } from '../../src/backends/gguf-header.js';
import { bundledModel } from '../../src/cli/options.js';
import { file } from '../support/cli.js';
import { embeddingTensor, gguf, modelMetadata } from '../support/gguf.js';
import { bundledVocabularies, vocabularyFile } from '../support/vocabularies.js';

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
