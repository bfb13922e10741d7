// Embedding models in this process, beside llama.cpp's own figures.

import { afterAll, describe, expect, it } from 'vitest';
import { openEmbedding } from '../../../src/backends/open-embedding.js';
import { bundledModel } from '../../../src/commands/options/model.js';
import type { EmbeddingModel } from '../../../src/engine/models/embedding.js';
import { file } from '../../support/cli.js';
import { embeddingModel } from '../../support/embedding-model.js';

const groups = [
  ['doctor', 'physician'],
  ['car', 'automobile'],
  ['red', 'crimson'],
  ['whale', 'leviathan'],
];
const { signal } = new AbortController();
const open = (path: string): Promise<EmbeddingModel> =>
  openEmbedding({ path, threads: 1, gpu: 'off', gpuLayers: undefined });

const model = await open(file('tiny.gguf', embeddingModel({ groups })));
afterAll(() => model.dispose());

function unit(row: Float32Array | undefined = new Float32Array()): number[] {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return Array.from(row, (value) => value / length);
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  const other = unit(b);
  return unit(a).reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

describe('openEmbedding of a GGUF', () => {
  it('makes the vectors that llama-server makes', async () => {
    expect(model).toMatchObject({ name: 'tiny meaning', dimensions: 32 });
    const { rows, cut } = await model.embed(['The crimson car, of the doctor', 'whale'], signal);
    expect(cut).toBe(0);
    for (const [index, figures] of reference.entries()) {
      const row = unit(rows[index]);
      expect(row).toHaveLength(figures.length);
      for (const [at, figure] of figures.entries()) expect(row[at]).toBeCloseTo(figure, 5);
    }
  });

  it('puts texts that say the same near each other, whatever was embedded before', async () => {
    const texts = ['red car doctor', 'crimson automobile physician', 'whale leviathan whale'];
    const { rows } = await model.embed(texts, signal);
    expect(cosine(rows[0], rows[1])).toBeGreaterThan(0.95);
    expect(cosine(rows[0], rows[2])).toBeLessThan(0.7);
    const again = await model.embed([texts[1] ?? ''], signal);
    expect(again.rows).toEqual([rows[1]]);
  });

  it('takes the name of a control token in a text for text', async () => {
    const { rows } = await model.embed(['car [SEP] doctor', 'car [ SEP ] doctor'], signal);
    expect(rows[0]).toEqual(rows[1]);
  });

  it('cuts a text to what the model reads, and counts it', async () => {
    // 64 tokens, two of them the model's own.
    const { rows, cut } = await model.embed(['car '.repeat(62), 'car '.repeat(63), 'car '.repeat(500)], signal);
    expect(cut).toBe(2);
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
  });

  it('stops between two texts when it is interrupted', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(model.embed(['car'], abort.signal)).rejects.toThrow();
  });

  const hint = 'give --embedding-model a GGUF of an embedding model, such as bge-m3 or nomic-embed-text';
  it.each([
    ['that predicts tokens', bundledModel, 'is no embedding model: it names no pooling'],
    [
      'without pooling',
      file('bare.gguf', embeddingModel({ groups, pooling: 0 })),
      'is no embedding model: it names no pooling',
    ],
    ['that ranks pairs', file('rank.gguf', embeddingModel({ groups, pooling: 4 })), 'is a reranker: it compares texts'],
    ['that is not there', '/nowhere/tiny.gguf', 'no such model file'],
  ])('refuses a model %s', async (_, path, message) => {
    await expect(open(path)).rejects.toMatchObject({ message: `${path}: ${message}`, hint });
  });
});

/** /v1/embeddings of llama-server, of llama.cpp 0.5.0, with this file and `--embeddings`. */
const reference: readonly (readonly number[])[] = [
  [
    -0.247403, 0.039992, 0.185858, 0.545556, 0.047502, -0.298312, -0.34858, 0.032641, 0.183574, -0.060712, -0.182664,
    0.072547, -0.002435, -0.056431, -0.148858, 0.117929, 0.09388, 0.153722, 0.294164, -0.095451, -0.032311, -0.10776,
    -0.030148, 0.029176, 0.069896, -0.013574, 0.177015, -0.157403, -0.147675, -0.203552, 0.082953, 0.046067,
  ],
  [
    -0.059785, 0.099161, -0.055952, 0.219511, 0.226227, 0.269717, -0.269553, -0.008383, -0.018739, 0.044381, -0.203139,
    0.277545, -0.045101, -0.062145, -0.14602, 0.309521, -0.002889, -0.083098, 0.0942, -0.030416, -0.125833, -0.327032,
    -0.086255, -0.225098, 0.424121, -0.20509, 0.067412, -0.15297, -0.007942, -0.00496, -0.07966, 0.202631,
  ],
];
