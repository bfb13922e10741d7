// A model file that cannot be used is one clear line and exit 1.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bundledModel } from '../../src/commands/options/model.js';
import { file } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { embeddingTensor, gguf, modelMetadata } from '../support/gguf.js';
import { vocabularyFile } from '../support/vocabularies.js';

const text = file('text.txt', 'a b a b\n');

async function refusal(model: string): Promise<string> {
  const { stdout, stderr, code } = await unspool(['stream', '--perplexity', '--model', model, text]);
  expect(stdout).toBe('');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
  return stderr;
}

describe('--model', () => {
  it('refuses a file that does not exist', async () => {
    expect(await refusal('/nowhere/model.gguf')).toContain('/nowhere/model.gguf: no such model file');
  });

  it('refuses a folder', async () => {
    expect(await refusal('/tmp')).toContain('/tmp: is a directory');
  });

  it('refuses a file that is no GGUF', async () => {
    expect(await refusal(text)).toContain('is not a GGUF model');
    expect(await refusal(file('empty.gguf', ''))).toContain('is not a GGUF model');
  });

  it.each([8, 30, 5000, 200_000, 6_500_000])('refuses a GGUF that ends after %d bytes', async (length) => {
    const cut = file('cut.gguf', readFileSync(bundledModel).subarray(0, length));
    expect(await refusal(cut)).toContain('is cut short or damaged');
  });

  it('refuses a GGUF with absurd counts', async () => {
    const bytes = Buffer.from(readFileSync(bundledModel));
    bytes.writeBigUInt64LE(2n ** 60n, 16);
    expect(await refusal(file('counts.gguf', bytes))).toContain('is cut short or damaged');
  });

  it('refuses a vocabulary without weights', async () => {
    expect(await refusal(vocabularyFile('llama-spm'))).toContain('holds a vocabulary only');
  });

  it('refuses an embedding model', async () => {
    const model = gguf(modelMetadata('bert', { 'bert.attention.causal': false }), [embeddingTensor]);
    expect(await refusal(file('bert.gguf', model))).toContain('is an embedding or encoder model');
  });

  it('refuses an architecture that llama.cpp does not know', async () => {
    const model = gguf(modelMetadata('martian'), [embeddingTensor]);
    expect(await refusal(file('martian.gguf', model))).toContain('does not support its architecture, "martian"');
  });

  it('refuses a model whose tensors are incomplete', async () => {
    const model = gguf(modelMetadata('llama'), [embeddingTensor]);
    expect(await refusal(file('incomplete.gguf', model))).toContain('llama.cpp could not load it');
  });

  it('is preferred to UNSPOOL_MODEL, which is preferred to the bundled model', async () => {
    const environment = { UNSPOOL_MODEL: '/nowhere/from-environment.gguf' };
    const fromEnvironment = await unspool(['stream', '--perplexity', text], { environment });
    expect(fromEnvironment.stderr).toContain('from-environment.gguf: no such model file');
    const fromOption = await unspool(['stream', '--perplexity', '--model', '/nowhere/option.gguf', text], {
      environment,
    });
    expect(fromOption.stderr).toContain('option.gguf: no such model file');
  });
});
