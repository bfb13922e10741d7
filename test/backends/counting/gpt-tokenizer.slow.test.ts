// Token counts are those of gpt-tokenizer on the whole text, however the text is cut and on however many threads.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CountingPool } from '../../../src/backends/counting/pool.js';
import { loadEncodings } from '../../../src/backends/counting/gpt-tokenizer.js';
import { BytePairMerger } from '../../../src/engine/counting/byte-pairs.js';
import { encodingNames } from '../../../src/engine/counting/encodings.js';
import { Batcher } from '../../../src/engine/counting/text-batches.js';
import { TextCounter } from '../../../src/engine/counting/text-counter.js';
import { awkwardText, referenceCount } from '../../support/byte-pairs.js';
import { root } from '../../support/cli.js';
import { chunksOf, cutAt } from '../../support/documents.js';

const encodings = await loadEncodings(encodingNames);
const [o200k] = encodings;
if (o200k === undefined) throw new Error('no encoding');

interface Expected {
  readonly documents: Record<string, { readonly words: number; readonly characters: number; readonly tokens: object }>;
}
const { documents } = JSON.parse(readFileSync(`${root}fixtures/expected/counts.json`, 'utf8')) as Expected;

function expected(text: string): number[] {
  return encodingNames.map((name) => referenceCount(name, text));
}

/** Counts `pieces` of a text as documents are counted. */
async function counted(pieces: readonly string[], pool: CountingPool, usual: number): Promise<number[]> {
  const batcher = new Batcher({ part: Math.ceil(usual / 3), usual, longest: 1e6 });
  const tokens = encodingNames.map(() => 0);
  const take = async (batch: ReturnType<Batcher['end']>): Promise<void> => {
    if (batch === undefined) return;
    await pool.take(batch, (counts) => {
      counts.tokens.forEach((count, index) => (tokens[index] = (tokens[index] ?? 0) + count));
    });
  };
  for await (const chunk of chunksOf(pieces)) await take(batcher.push(chunk));
  await take(batcher.end());
  await pool.finish();
  return tokens;
}

describe('token counts', () => {
  const counter = new TextCounter(encodings);
  const alone = new CountingPool(encodings, 0);
  const threads = new CountingPool(encodings, 2, 0);
  afterAll(() => threads.dispose());

  it('are exact on texts that are hard to cut', () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        expect(counter.count(text, false).tokens).toEqual(expected(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('are exact in chunks and batches of any size', async () => {
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(awkwardText, places, fc.integer({ min: 1, max: 40 }), async (text, cuts, usual) => {
        expect(await counted(cutAt(text, cuts), alone, usual)).toEqual(expected(text));
      }),
      { numRuns: 500 },
    );
  });

  it('are exact on other threads', async () => {
    await fc.assert(
      fc.asyncProperty(awkwardText, fc.integer({ min: 1, max: 40 }), async (text, usual) => {
        expect(await counted(cutAt(text, [0.3, 0.5, 0.9]), threads, usual)).toEqual(expected(text));
      }),
      { numRuns: 50 },
    );
  });

  it.each(Object.entries(documents))('are those recorded for %s, also when counted again', (name, figures) => {
    const text = readFileSync(`${root}fixtures/documents/${name}`, 'utf8');
    for (let round = 0; round < 2; round += 1) {
      const { words, characters, tokens } = counter.count(text, false);
      const byName = Object.fromEntries(encodingNames.map((encoding, index) => [encoding, tokens[index]]));
      expect({ words, characters, tokens: byName }).toMatchObject({
        words: figures.words,
        characters: figures.characters,
        tokens: figures.tokens,
      });
    }
  });

  it('are kept for the parts that a text repeats', () => {
    const text = readFileSync(`${root}fixtures/documents/moby-dick.txt`, 'utf8');
    const fresh = new TextCounter([o200k]);
    fresh.count(text, false);
    // The novel has 22,300 different parts, of 247,000.
    expect(fresh.measured).toBeLessThan(23_000);
    const before = fresh.measured;
    fresh.count(text, false);
    expect(fresh.measured - before).toBeLessThan(100);
  });

  it('are exact where more parts share a slot than it can hold', () => {
    // Far more different parts than are kept.
    const text = Array.from({ length: 150_000 }, (_, index) => ` w${(index * 7919) % 150_001}x`).join('');
    expect(new TextCounter([o200k]).count(text + text, false).tokens).toEqual([2 * referenceCount('o200k_base', text)]);
  });

  it('fail where a thread fails', async () => {
    const broken = new CountingPool([{ ...o200k, ranks: undefined as never }], 1, 0);
    await expect(
      (async () => {
        await broken.take({ parts: ['text'], inWord: false }, () => undefined);
        await broken.finish();
      })(),
    ).rejects.toThrow(TypeError);
    await broken.dispose();
  });
});

describe('byte-pair merging', () => {
  const encoder = new TextEncoder();

  it.each(encodingNames)('merges long pieces of %s as gpt-tokenizer does', (name) => {
    const merger = new BytePairMerger(encodings[encodingNames.indexOf(name)]?.ranks ?? o200k.ranks);
    const letters = fc.array(fc.constantFrom('a', 'b', 'é', 'the', 'ing', '字'), { minLength: 1, maxLength: 1500 });
    const signs = fc.array(fc.constantFrom('=', '-', '/', '"', '.', '😀', '…'), { minLength: 1, maxLength: 1500 });
    fc.assert(
      fc.property(fc.oneof(letters, signs), (parts) => {
        const piece = parts.join('');
        const bytes = encoder.encode(piece);
        expect(merger.count(bytes, bytes.length)).toBe(referenceCount(name, piece));
      }),
      { numRuns: 15 },
    );
  });

  it.each(['a', '=', '😀', ' ', '字'])('takes no more than n log n steps for a run of %j', (character) => {
    const merger = new BytePairMerger(o200k.ranks);
    const lookups = (length: number): number => {
      const bytes = encoder.encode(character.repeat(length));
      const before = merger.lookups;
      merger.count(bytes, bytes.length);
      return merger.lookups - before;
    };
    // Twice the length takes about twice the lookups: quadratic work would take four times as many.
    expect(lookups(200_000) / lookups(100_000)).toBeLessThan(2.2);
  });

  it.each(['a', '=', ' ', '😀'])('counts a megabyte of %j', (character) => {
    // Tokens of a run end at powers of two, so that 320 runs of this length are as good as one.
    const run = character.repeat(3200);
    const tokens = 320 * referenceCount('o200k_base', run);
    expect(new TextCounter([o200k]).count(run.repeat(320), false).tokens).toEqual([tokens]);
  });
});
