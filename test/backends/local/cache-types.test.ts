// Quantised keys and values: against figures of llama.cpp's own tools (test/bench/references), and what is refused.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCacheTypes, flashAttention } from '../../../src/backends/local/cache-types.js';
import type { GgufFile } from '../../../src/backends/gguf/file.js';
import { openModel, type OpenedModel } from '../../../src/backends/local/open-model.js';
import { openDocument } from '../../../src/documents/open.js';
import { cacheTypes, parseCacheTypes, type CacheType } from '../../../src/engine/models/cache-types.js';
import { scoreChunks } from '../../../src/engine/chunked.js';
import { scoreDocument } from '../../../src/engine/run.js';
import { file, root } from '../../support/cli.js';
import { documentOf } from '../../support/documents.js';

interface Recorded {
  readonly texts: { readonly prose: { readonly source: string; readonly bytes: number } };
  readonly model: { readonly sha256: string };
  readonly figures: readonly {
    readonly cacheType: string;
    readonly rolling: { readonly policy: string; readonly perplexity: number };
    readonly chunked: { readonly context: number; readonly perplexity: number };
  }[];
}

const recorded = JSON.parse(readFileSync(`${root}fixtures/expected/cache-types.json`, 'utf8')) as Recorded;
const text = readFileSync(root + recorded.texts.prose.source)
  .subarray(0, recorded.texts.prose.bytes)
  .toString();
const label = { index: 0, name: 'test' };
const { signal } = new AbortController();

/** The embedded model, with heads of 128 numbers. */
const wideModel = file('wide.gguf', '');
beforeAll(() => {
  execFileSync(process.execPath, [`${root}test/bench/references/wide-heads.mjs`, wideModel]);
  expect(createHash('sha256').update(readFileSync(wideModel)).digest('hex')).toBe(recorded.model.sha256);
});

async function last<Result>(run: AsyncGenerator<unknown, Result>): Promise<Result> {
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value;
  }
}

async function rollingPerplexity(model: OpenedModel): Promise<number> {
  const policy = { kind: 'sinks', sinks: 4, window: 252, block: 64 } as const;
  const backend = await model.createBackend(256, 64);
  const { tally } = await last(scoreDocument({ backend, policy, document: documentOf(text), label, signal }));
  await backend.dispose();
  return tally.perplexity;
}

async function chunkedPerplexity(model: OpenedModel, chunk: number): Promise<number> {
  const backend = await model.createBackend(chunk, chunk);
  const document = openDocument(file('prose.txt', text), { raw: true });
  const scored = { scored: 'second-half', fewestChunks: 2 } as const;
  const { tally } = await last(scoreChunks({ backend, chunk, ...scored, document, label, signal }));
  await backend.dispose();
  return tally.figures().value ?? Number.NaN;
}

/**
 * How far the reference programs themselves are apart on two processors (AVX-512 and AVX2): rounding makes other
 * integers of the fewer bits.
 */
const tolerances: Record<string, number> = { 'f16,f16': 5e-5, 'q8_0,f16': 2e-4, 'q8_0,q8_0': 5e-4, 'q4_0,q4_0': 1e-3 };
/** Rolling perplexities, in the order of the types. */
const measured = { native: [] as number[], public: [] as number[] };

describe.each(['native', 'public'] as const)('figures with other types in the cache, %s', (modelInterface) => {
  describe.each(recorded.figures)('$cacheType', ({ cacheType, rolling, chunked }) => {
    let model: OpenedModel;
    beforeAll(async () => {
      model = await openModel({ path: wideModel, threads: 1, modelInterface, cacheTypes: parseCacheTypes(cacheType) });
      expect(model.modelInterface).toBe(modelInterface);
    });
    afterAll(() => model.dispose());

    const tolerance = tolerances[cacheType] ?? 0;

    it('agree with the reference, shifted', async () => {
      expect(rolling.policy).toBe('sinks:4+252/64');
      const perplexity = await rollingPerplexity(model);
      expect(Math.abs(perplexity / rolling.perplexity - 1)).toBeLessThan(tolerance);
      measured[modelInterface].push(perplexity);
    }, 60_000);

    // What is in the cache is the same both ways, as those that are shifted show.
    it.runIf(modelInterface === 'native')('agree with llama-perplexity', async () => {
      const perplexity = await chunkedPerplexity(model, chunked.context);
      expect(Math.abs(perplexity / chunked.perplexity - 1)).toBeLessThan(tolerance);
    });
  });

  async function scores(type: CacheType): Promise<readonly number[]> {
    const model = await openModel({
      path: wideModel,
      threads: 1,
      modelInterface,
      cacheTypes: { keys: type, values: type },
    });
    const backend = await model.createBackend(64, 32);
    const tokens = Int32Array.of(0, ...(await backend.vocabulary.tokenize('The captain of the ship was an old man.')));
    const nats = await backend.decode(tokens.subarray(0, 10), tokens.subarray(1, 11));
    await model.dispose();
    return [...nats];
  }

  it('are close to those of F16 for each type, and not the same', async () => {
    const usual = await scores('f16');
    for (const type of cacheTypes.filter((each) => each !== 'f16')) {
      const others = await scores(type);
      expect(others).not.toEqual(usual);
      others.forEach((nats, index) => {
        expect(Math.abs(nats - (usual[index] ?? 0))).toBeLessThan(0.3);
      });
    }
  }, 120_000);
});

it('are the same both ways', () => {
  expect(measured.native).toHaveLength(recorded.figures.length);
  for (const [index, perplexity] of measured.native.entries())
    expect(Math.abs(perplexity / (measured.public[index] ?? 0) - 1)).toBeLessThan(5e-6);
});

/** Llama 3 8B, as far as the types in its cache go. */
const llama3: GgufFile = {
  path: 'model.gguf',
  name: 'model',
  parameters: 8e9,
  trainedContext: 8192,
  weightBytes: 5e9,
  repackedBytes: 4e9,
  layers: 33,
  vocabularySize: 128_256,
  chatTemplate: undefined,
  cacheNumbers: { keys: 32 * 8 * 128, values: 32 * 8 * 128 },
  headSizes: { keys: [128], values: [128] },
  traits: { recurrent: false, hybrid: false, multimodalRope: false, latentAttention: false, slidingWindow: false },
  shape: { hiddenSize: 4096, activeParameters: 8e9, weightBytes: 5e9, layers: [] },
};

describe('flashAttention', () => {
  it('is off on a CPU, but for quantised values', () => {
    expect(flashAttention({ keys: 'q8_0', values: 'f16' }, false)).toBe(false);
    expect(flashAttention({ keys: 'f16', values: 'q8_0' }, false)).toBe(true);
    expect(flashAttention({ keys: 'f16', values: 'f16' }, true)).toBe('auto');
  });
});

describe('checkCacheTypes', () => {
  const heads = (...sizes: number[]): GgufFile => ({ ...llama3, headSizes: { keys: sizes, values: sizes } });
  const having = (trait: keyof GgufFile['traits']): GgufFile => ({
    ...llama3,
    traits: { ...llama3.traits, [trait]: true },
  });

  it.each([
    ['heads of 32', heads(32), 'q8_0'],
    ['heads of 96', heads(96), 'q4_0,f16'],
    ['heads of two sizes', heads(64, 128), 'q8_0'],
    ['any heads', llama3, 'bf16'],
  ])('lets nobody shift, with %s, keys that llama.cpp cannot', (_, model, notation) => {
    const types = parseCacheTypes(notation) ?? { keys: 'f16', values: 'f16' };
    expect(() => {
      checkCacheTypes(model, types, true);
    }).toThrow(/cannot be shifted/);
    checkCacheTypes(model, types, false);
    checkCacheTypes(model, { ...types, keys: 'f16' }, true);
  });

  it.each([
    ['heads of 80 in blocks of 32', heads(80), 'q8_0', /blocks of 32/],
    ['keys and values that are one', having('latentAttention'), 'f16,q8_0', /are one/],
    ['a recurrent state', having('recurrent'), 'q8_0', /recurrent state/],
  ])('refuses %s', (_, model, notation, problem) => {
    const types = parseCacheTypes(notation) ?? { keys: 'f16', values: 'f16' };
    expect(() => {
      checkCacheTypes(model, types, false);
    }).toThrow(problem);
  });

  it('takes heads of 64 and of 128', () => {
    checkCacheTypes(heads(64), { keys: 'q8_0', values: 'q8_0' }, true);
    checkCacheTypes(heads(128), { keys: 'q4_0', values: 'q4_0' }, true);
  });

  it('takes F16 with any model', () => {
    checkCacheTypes(having('recurrent'), { keys: 'f16', values: 'f16' }, true);
    checkCacheTypes(heads(80), { keys: 'f16', values: 'f16' }, true);
  });
});
