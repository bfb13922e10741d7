// Quantised keys and values: against figures of llama.cpp's own tools (test/bench/references).

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
/** Rolling perplexities, by the types. */
const measured = { native: new Map<string, number>(), public: new Map<string, number>() };

describe.each(['native', 'public'] as const)('figures with other types in the cache, %s', (way) => {
  // What is in the cache is the same both ways: the ends of the list are enough for the other.
  const tried =
    way === 'native'
      ? recorded.figures
      : [recorded.figures.at(0), recorded.figures.at(-1)].flatMap((each) => each ?? []);
  describe.each(tried)('$cacheType', ({ cacheType, rolling, chunked }) => {
    let model: OpenedModel;
    beforeAll(async () => {
      model = await openModel({
        path: wideModel,
        threads: 1,
        modelInterface: way,
        cacheTypes: parseCacheTypes(cacheType),
      });
      expect(model.modelInterface).toBe(way);
    });
    afterAll(() => model.dispose());

    const tolerance = tolerances[cacheType] ?? 0;

    it('agree with the reference, shifted', async () => {
      expect(rolling.policy).toBe('sinks:4+252/64');
      const perplexity = await rollingPerplexity(model);
      expect(Math.abs(perplexity / rolling.perplexity - 1)).toBeLessThan(tolerance);
      measured[way].set(cacheType, perplexity);
    }, 60_000);

    it.runIf(way === 'native')('agree with llama-perplexity', async () => {
      const perplexity = await chunkedPerplexity(model, chunked.context);
      expect(Math.abs(perplexity / chunked.perplexity - 1)).toBeLessThan(tolerance);
    });
  });

  async function scores(type: CacheType): Promise<readonly number[]> {
    const model = await openModel({
      path: wideModel,
      threads: 1,
      modelInterface: way,
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
  expect(measured.native.size).toBe(recorded.figures.length);
  expect(measured.public.size).toBe(2);
  for (const [cacheType, perplexity] of measured.public)
    expect(Math.abs(perplexity / (measured.native.get(cacheType) ?? 0) - 1)).toBeLessThan(5e-6);
});
