// What the header of a file says of it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeGguf, detailsOf, type GgufDescription } from '../../../src/backends/gguf/description.js';
import { bundledModel } from '../../../src/commands/options/model.js';
import { temporaryFolder } from '../../support/folders.js';
import { embeddingTensor, gguf, modelMetadata } from '../../support/gguf.js';
import { vocabularyFile } from '../../support/vocabularies.js';

function contentOf(content: Buffer, name = 'model.gguf') {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return describeGguf([path], true);
}

function descriptionOf(architecture: string, more: Parameters<typeof modelMetadata>[1] = {}): GgufDescription {
  const content = contentOf(gguf(modelMetadata(architecture, more), [embeddingTensor]));
  if (content.kind !== 'model') throw new Error(content.reason);
  return content.description;
}

describe('describeGguf', () => {
  it('knows the bundled model', () => {
    const content = describeGguf([bundledModel]);
    if (content.kind !== 'model') throw new Error(content.reason);
    const { title, kind, parameters, trainedContext, quantization, modelClass, facts } = content.description;
    expect({ title, kind, parameters, trainedContext, quantization, modelClass, facts }).toMatchObject({
      title: 'unspool base',
      kind: 'base',
      parameters: 3_221_952,
      trainedContext: 512,
      quantization: 'F16',
      modelClass: { kind: 'shift' },
      facts: { cacheBytesPerToken: 2304 },
    });
  });

  it.each([
    ['llama', {}, 'base', 'shift'],
    ['qwen2', { 'tokenizer.chat_template': '{{ messages }}' }, 'chat', 'shift'],
    ['gemma3', { 'gemma3.attention.sliding_window': 16 }, 'base', 'shift-full-cache'],
    // As wide as the context: no window.
    ['phi3', { 'phi3.attention.sliding_window': 64 }, 'base', 'shift'],
    ['deepseek2', { 'deepseek2.attention.kv_lora_rank': 8 }, 'base', 'recompute'],
    ['qwen2vl', { 'qwen2vl.rope.dimension_sections': [4, 6, 6, 0] }, 'base', 'recompute'],
    ['jamba', {}, 'base', 'recompute'],
    ['mamba', {}, 'base', 'stateful'],
    ['bert', { 'bert.attention.causal': false }, 'embedding', 'shift'],
    ['qwen3', { 'qwen3.pooling_type': 3 }, 'embedding', 'shift'],
    ['t5', {}, 'encoder', 'shift'],
    ['martian', {}, 'base', undefined],
  ] as const)('knows how %s makes room', (architecture, more, kind, room) => {
    const description = descriptionOf(architecture, more);
    expect([description.kind, description.modelClass?.kind]).toEqual([kind, room]);
  });

  it('adds the parts of a split model up', () => {
    const folder = temporaryFolder();
    const parts = [gguf(modelMetadata('llama'), [embeddingTensor]), gguf({}, [{ name: 'x', dimensions: [32, 5] }])];
    const paths = parts.map((_, index) => join(folder, `m-0000${index + 1}-of-00002.gguf`));
    for (const [index, path] of paths.entries()) writeFileSync(path, parts[index] ?? '');
    const content = describeGguf(paths);
    expect(content).toMatchObject({
      kind: 'model',
      description: { parameters: 32 * 8, weightBytes: 32 * 8 * 4, trainedContext: 64 },
    });
    expect(describeGguf([...paths, join(folder, 'm-00003-of-00003.gguf')])).toMatchObject({ kind: 'damaged' });
  });

  it.each([
    ['clip', {}],
    ['llama', { 'general.type': 'adapter' }],
    ['llama', { 'general.type': 'imatrix' }],
  ])('takes no other file of %s for a model', (architecture, more) => {
    const content = contentOf(gguf(modelMetadata(architecture, more), [embeddingTensor]));
    expect(content.kind).toBe('no-model');
  });

  it('takes neither vocabularies nor projectors for models', () => {
    expect(describeGguf([vocabularyFile('gpt-2')]).kind).toBe('no-model');
    expect(contentOf(gguf(modelMetadata('llama'), [embeddingTensor]), 'mmproj-model-f16.gguf').kind).toBe('no-model');
  });

  it('says what is wrong with a broken file', () => {
    expect(contentOf(Buffer.from('no model'))).toEqual({ kind: 'damaged', reason: 'cut short, damaged or no GGUF' });
    expect(describeGguf(['/nowhere/model.gguf'])).toEqual({ kind: 'damaged', reason: 'cannot be read: ENOENT' });
  });
});

describe('detailsOf', () => {
  it('gives what a header says of tokenizer, licence and source', () => {
    const content = contentOf(
      gguf(
        modelMetadata('llama', {
          'llama.attention.head_count_kv': 1,
          'llama.expert_count': 8,
          'tokenizer.ggml.bos_token_id': 0,
          'tokenizer.ggml.eos_token_id': 2,
          'tokenizer.ggml.add_bos_token': true,
          'tokenizer.chat_template': '{{ messages }}',
          'general.license': 'apache-2.0',
          'general.license.link': 'https://example.org/licence',
          'general.organization': 'Makers',
          'general.source.url': 'https://example.org/model',
        }),
        [embeddingTensor],
      ),
    );
    if (content.kind !== 'model') throw new Error(content.reason);
    expect(detailsOf(content.header, content.description)).toEqual({
      layers: 1,
      embeddingLength: 32,
      heads: 2,
      keyValueHeads: [1],
      headSize: 16,
      slidingWindow: null,
      experts: 8,
      vocabulary: 3,
      tokenizer: 'gpt2',
      preTokenizer: 'gpt-2',
      addsBeginning: true,
      addsEnd: null,
      specialTokens: [
        { role: 'bos', id: 0, text: '<s>' },
        { role: 'eos', id: 2, text: 'b' },
      ],
      chatTemplate: true,
      licence: 'apache-2.0',
      licenceUrl: 'https://example.org/licence',
      author: 'Makers',
      sourceUrl: 'https://example.org/model',
    });
  });
});
