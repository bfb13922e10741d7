// Attention weights out of llama.cpp, on a model whose attention is known: with weights of zero, every key is alike.

import { afterEach, describe, expect, it } from 'vitest';
import { openModel, type OpenedModel } from '../../src/backends/local/open-model.js';
import { bundledModel } from '../../src/commands/options/model.js';
import { file } from '../support/cli.js';
import { gguf, modelMetadata } from '../support/gguf.js';

/** A Llama of two layers with two heads, all weights zero. */
function uniformModel(): string {
  const [width, vocabulary, feedForward] = [32, 3, 32];
  const layers = [0, 1].flatMap((layer) =>
    Object.entries({
      attn_norm: [width],
      attn_q: [width, width],
      attn_k: [width, width],
      attn_v: [width, width],
      attn_output: [width, width],
      ffn_norm: [width],
      ffn_gate: [width, feedForward],
      ffn_up: [width, feedForward],
      ffn_down: [feedForward, width],
    }).map(([name, dimensions]) => ({ name: `blk.${layer}.${name}.weight`, dimensions })),
  );
  const tensors = [
    { name: 'token_embd.weight', dimensions: [width, vocabulary] },
    { name: 'output_norm.weight', dimensions: [width] },
    ...layers,
  ];
  const metadata = modelMetadata('llama', {
    'llama.block_count': 2,
    'llama.attention.layer_norm_rms_epsilon': 1e-5,
    'llama.rope.dimension_count': 16,
    'tokenizer.ggml.bos_token_id': 0,
  });
  return file('uniform.gguf', gguf(metadata, tensors));
}

describe('attention', () => {
  let model: OpenedModel | undefined;
  afterEach(async () => {
    await model?.dispose();
    model = undefined;
  });

  it('is uniform over what is in view where all keys are alike', async () => {
    model = await openModel({ path: uniformModel(), threads: 1, modelInterface: 'native' });
    const backend = await model.createBackend(32, 32);
    const [count, sinks, recent] = [32, 4, 6];
    const attention = await backend.attention?.(new Int32Array(count).fill(1), sinks, recent);
    expect(attention?.layers).toEqual([0, 1]);
    expect(attention?.heads).toBe(2);
    // Query i sees i + 1 keys; those of the second half are looked at.
    const queries = Array.from({ length: count / 2 }, (_, index) => count / 2 + index + 1);
    const mean = (keys: number): number => queries.reduce((sum, seen) => sum + keys / seen, 0) / queries.length;
    const expected = [mean(sinks), 1 - mean(sinks + recent), mean(recent)];
    for (let head = 0; head < 4; head += 1) {
      expected.forEach((share, region) => {
        expect(attention?.shares[head * 3 + region]).toBeCloseTo(share, 3);
      });
    }
  });

  it('of each head of the embedded model adds up to one, and does not depend on what the cache holds', async () => {
    model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'native' });
    const backend = await model.createBackend(64, 64);
    const text =
      'The captain of the ship was an old man, who had seen the ocean in all its moods and had no fear of it.';
    const tokens = Int32Array.from([0, ...(await backend.vocabulary.tokenize(text))]).subarray(0, 24);
    const first = await backend.attention?.(tokens, 4, 4);
    await backend.decode(tokens, new Int32Array(0));
    expect(await backend.attention?.(tokens, 4, 4)).toEqual(first);
    expect(first?.layers).toEqual([0, 1, 2, 3, 4, 5]);
    const shares = first?.shares ?? new Float32Array(0);
    for (let at = 0; at < shares.length; at += 3) {
      expect((shares[at] ?? 0) + (shares[at + 1] ?? 0) + (shares[at + 2] ?? 0)).toBeCloseTo(1, 3);
    }
  });

  it('cannot be seen through the public interface', async () => {
    model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'public' });
    const backend = await model.createBackend(64, 64);
    expect('attention' in backend).toBe(false);
  });
});
