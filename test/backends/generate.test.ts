// Generation with the embedded model, against scores of the same model.

import type { LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ggufVocabulary } from '../../src/backends/gguf/vocabulary.js';
import { openModel, type OpenedModel } from '../../src/backends/local/open-model.js';
import { bundledModel } from '../../src/commands/options/model.js';
import { canGenerate, type GeneratingBackend, type Sampling } from '../../src/engine/backend.js';
import { continueText } from '../../src/engine/continuation.js';
import { View } from '../../src/engine/view.js';
import { bundledVocabularies, loadVocabulary, vocabularyFile } from '../support/vocabularies.js';

const greedy: Sampling = { temperature: 0, topP: 1, minP: 0, seed: 1 };

describe('generate', () => {
  let model: OpenedModel;
  let backend: GeneratingBackend;
  let text: Int32Array;
  beforeAll(async () => {
    model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'public' });
    const created = await model.createBackend(128, 64);
    if (!canGenerate(created)) throw new Error('the public API generates');
    backend = created;
    const { vocabulary } = backend;
    const opening = vocabulary.beginning === undefined ? [] : [vocabulary.beginning];
    text = Int32Array.from([...opening, ...(await vocabulary.tokenize('The captain of the ship'))]);
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
      for (let candidate = 3; candidate < (backend.vocabulary.size ?? 0); candidate += 97) {
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

  it('draws from the tokens that top-p and min-p leave, by probabilities before the temperature', async () => {
    await backend.clear();
    await backend.decode(text, new Int32Array(0));
    const probabilities: number[] = [];
    for (let token = 0; token < (backend.vocabulary.size ?? 0); token += 1) {
      await backend.erase({ from: text.length - 1, to: text.length });
      const [nats = NaN] = await backend.decode(text.subarray(-1), Int32Array.of(token));
      probabilities.push(Math.exp(-nats));
    }
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 4);
    const at = (token: number): number => probabilities[token] ?? NaN;
    const likeliest = probabilities.map((_, token) => token).sort((a, b) => at(b) - at(a));
    expect(await written(1, () => greedy)).toEqual(likeliest.slice(0, 1));
    let before = 0;
    const nucleus = likeliest.filter((token) => (before += at(token)) - at(token) < 0.5);
    const nearTop = likeliest.filter((token) => at(token) >= 0.2 * Math.max(...probabilities));
    for (const [limits, allowed] of [
      [{ topP: 0.5, minP: 0 }, nucleus],
      [{ topP: 1, minP: 0.2 }, nearTop],
    ] as const) {
      const drawn = new Set<number>();
      for (let seed = 0; seed < 60; seed += 1) {
        const [token = NaN] = await written(1, () => ({ temperature: 50, ...limits, seed }));
        drawn.add(token);
      }
      expect([...drawn].sort((a, b) => at(b) - at(a))).toEqual(allowed);
    }
  });

  it.each([
    { kind: 'dense', sinks: 0, window: 64, block: 64 },
    { kind: 'recompute', sinks: 0, window: 4, block: 1 },
  ] as const)('goes on under %j as an evaluation of what is in view would', async (policy) => {
    const view = new View(policy, true);
    const tokens = text.subarray(1);
    const inView = policy.kind === 'dense' ? tokens : tokens.subarray(-policy.window);
    await backend.clear();
    await backend.decode(Int32Array.from([text[0] ?? NaN, ...inView]), new Int32Array(0));
    view.append({ tokens: inView, positions: [] });
    const signal = new AbortController().signal;
    const pieces: string[] = [];
    for await (const piece of continueText({ backend, policy, view, tokens: 8, sampling: greedy, stop: [], signal })) {
      pieces.push(piece);
    }

    const expected: number[] = [];
    for (let step = 0; step < 8; step += 1) {
      const seen = Int32Array.from([...inView, ...expected]).subarray(-policy.window);
      await backend.clear();
      await backend.decode(Int32Array.from([text[0] ?? NaN, ...seen.subarray(0, -1)]), new Int32Array(0));
      expected.push(await backend.generate(seen.at(-1) ?? NaN, greedy));
    }
    const bytes = expected.map((token) => backend.vocabulary.bytes(token));
    expect(pieces.join('')).toBe(Buffer.concat(bytes).toString());
  });

  it('takes every seed for what it is, also the one that llama.cpp replaces by a random one', async () => {
    const tokens = new Set<number | undefined>();
    for (let time = 0; time < 8; time += 1) {
      const [token] = await written(1, () => ({ temperature: 100, topP: 1, minP: 0, seed: 0xffffffff }));
      tokens.add(token);
    }
    expect(tokens.size).toBe(1);
  });
});

describe('bytes', () => {
  const tricky =
    'Zo\u00eb\u2019s caf\u00e9 \u2014 \u65e5\u672c\u8a9e \u{1f469}\u200d\u{1f467} \u{1f600}\n\tend  of\u00a0it \u0007\u{10ffff}';

  it.each(['embedded', ...bundledVocabularies] as const)('of the tokens of a text are its own: %s', async (name) => {
    const vocabulary = await loadVocabulary(name === 'embedded' ? bundledModel : vocabularyFile(name));
    const tokens = Array.from(await vocabulary.tokenize(tricky));
    const bytes = tokens.map((token) => vocabulary.bytes(token));
    // SentencePiece puts a space in front.
    expect(Buffer.concat(bytes).toString()).toBe(name === 'llama-spm' ? ` ${tricky}` : tricky);
    expect(bytes.map(({ length }) => length)).toEqual(tokens.map((token) => vocabulary.byteLength(token)));
    expect(tokens.some((token) => vocabulary.endsText(token))).toBe(false);
  });

  it('of a BPE that is written like SentencePiece, as Gemma 4 is', () => {
    const ggml = { tokens: ['\u2581', '\u2581caf\u00e9', '\u65e5', '<0xE2>'], token_type: [1, 1, 1, 6] };
    const vocabulary = ggufVocabulary({
      vocabularyType: 'bpe',
      fileInfo: { metadata: { tokenizer: { ggml } } },
      tokens: { bos: null, shouldPrependBosToken: false },
    } as unknown as LlamaModel);
    expect(Buffer.from(vocabulary.bytes(1)).toString()).toBe(' caf\u00e9');
    expect(Buffer.from(vocabulary.bytes(2)).toString()).toBe('\u65e5');
    expect([...vocabulary.bytes(3)]).toEqual([0xe2]);
  });
});
