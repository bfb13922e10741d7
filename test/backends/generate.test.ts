// Generation with the embedded model, against scores of the same model.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel, type OpenedModel } from '../../src/backends/llama-cpp.js';
import { bundledModel } from '../../src/cli/options.js';
import type { Backend, Sampling } from '../../src/engine/backend.js';

const greedy: Sampling = { temperature: 0, topP: 1, minP: 0, seed: 1 };

describe('generate', () => {
  let model: OpenedModel;
  let backend: Backend;
  let text: Int32Array;
  beforeAll(async () => {
    model = await openModel({ path: bundledModel, threads: 1 });
    backend = await model.createBackend(128, 64);
    const { beginning, tokenize } = backend.vocabulary;
    text = Int32Array.from([...(beginning === undefined ? [] : [beginning]), ...tokenize('The captain of the ship')]);
  });
  afterAll(async () => {
    await model.dispose();
  });

  /** The tokens that follow the text. */
  async function written(count: number, sampling: (step: number) => Sampling): Promise<number[]> {
    await backend.clear();
    await backend.decode(text.subarray(0, -1), new Int32Array(0));
    const tokens: number[] = [];
    for (let step = 0; step < count; step += 1) {
      tokens.push(await backend.generate(tokens.at(-1) ?? text.at(-1) ?? 0, sampling(step)));
    }
    return tokens;
  }

  it('takes at temperature 0 the token that no other one scores better than', async () => {
    const tokens = await written(6, () => greedy);
    for (const [step, token] of tokens.entries()) {
      const nats = async (candidate: number): Promise<number> => {
        await backend.clear();
        const before = Int32Array.from([...text, ...tokens.slice(0, step)]);
        const targets = Int32Array.from([...before.subarray(1), candidate]);
        return (await backend.decode(before, targets)).at(-1) ?? NaN;
      };
      const best = await nats(token);
      for (let candidate = 3; candidate < backend.vocabulary.size; candidate += 97) {
        expect(await nats(candidate)).toBeGreaterThanOrEqual(best - 1e-4);
      }
    }
  });

  it('draws the same tokens with the same seeds, others with others, and all of the vocabulary is open', async () => {
    const hot = (from: number) => (step: number) => ({ temperature: 1, topP: 1, minP: 0, seed: from + 1000 * step });
    const first = await written(12, hot(1));
    expect(await written(12, hot(1))).toEqual(first);
    expect(await written(12, hot(2))).not.toEqual(first);
    // Very hot, the draw is all but uniform: with the library's default of the 40 likeliest, no more would come.
    const uniform = new Set<number>();
    for (let seed = 0; seed < 60; seed += 1) {
      const [token = 0] = await written(1, () => ({ temperature: 100, topP: 1, minP: 0, seed }));
      uniform.add(token);
    }
    expect(uniform.size).toBeGreaterThan(41);
  });

  it('knows the bytes of its tokens', () => {
    const { tokenize, bytes, byteLength } = backend.vocabulary;
    const tricky = 'Zoë’s naïve café — 日本語 😀\n\tend  of   it';
    const tokens = Array.from(tokenize(tricky));
    expect(
      Buffer.concat(tokens.map((token) => bytes(token)))
        .toString()
        .trimStart(),
    ).toBe(tricky);
    for (const token of tokens) expect(bytes(token)).toHaveLength(byteLength(token));
  });
});
