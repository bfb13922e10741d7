// What follows from counts: contexts, costs, cache, totals, and lines as `stream` counts them.

import { describe, expect, it } from 'vitest';
import {
  contextUse,
  DocumentTally,
  encodingCount,
  modelCount,
  totalOf,
} from '../../../src/engine/counting/overview.js';
import { chunksOf } from '../../support/documents.js';

const model = { name: 'm', trainedContext: 2048, cacheBytesPerToken: 1000, hasBeginning: true };

async function tallied(...pieces: string[]): Promise<ReturnType<DocumentTally['counts']>> {
  const tally = new DocumentTally(['o200k_base'], undefined);
  for await (const chunk of chunksOf(pieces)) tally.read(chunk);
  return tally.counts();
}

describe('contextUse', () => {
  it.each([
    [0, 512, 0],
    [512, 512, 1],
    [513, 1024, 513 / 1024],
    [100_000, 131_072, 100_000 / 131_072],
    [1_048_576, 1_048_576, 1],
    [2_097_152, null, 2],
  ])('of %d tokens', (tokens, size, share) => {
    expect(contextUse(tokens)).toEqual({ size, share });
  });
});

describe('encodingCount', () => {
  it('costs tokens at the price of a million', () => {
    const { costs } = encodingCount('o200k_base', 2_500_000);
    expect(costs.find((cost) => cost.model === 'gpt-4.1')).toEqual({
      model: 'gpt-4.1',
      dollars: 5,
      dollarsPerMillionTokens: 2,
      priceDate: '2026-03',
    });
  });

  it('has no cost where no price is known', () => {
    expect(encodingCount('r50k_base', 1000).costs).toEqual([]);
  });
});

describe('modelCount', () => {
  it('holds the beginning token too', () => {
    expect(modelCount(model, 2047)).toMatchObject({ cacheBytes: 2_048_000, fitsTrainedContext: true });
    expect(modelCount(model, 2048)).toMatchObject({ cacheBytes: 2_049_000, fitsTrainedContext: false });
    expect(modelCount({ ...model, hasBeginning: false }, 2048)).toMatchObject({ fitsTrainedContext: true });
  });

  it('does not know what fits a model that does not say what it was trained on', () => {
    const count = modelCount({ ...model, trainedContext: undefined }, 5);
    expect(count).toMatchObject({ trainedContext: null, fitsTrainedContext: null });
  });
});

describe('DocumentTally', () => {
  it('counts an unfinished last line, as wc does not', async () => {
    expect((await tallied('one\n', 'two\n')).lines).toBe(2);
    expect((await tallied('one\ntw', 'o')).lines).toBe(2);
    expect((await tallied('\n\n')).lines).toBe(2);
    expect((await tallied()).lines).toBe(0);
  });

  it('adds what is counted, in any order', () => {
    const tally = new DocumentTally(['o200k_base', 'gpt2'], model);
    tally.add({ words: 1, characters: 2, tokens: [3, 4] });
    tally.add({ words: 10, characters: 20, tokens: [30, 40] });
    tally.addModelTokens(7);
    const { words, characters, tokens } = tally.counts();
    expect([words, characters, ...tokens.map((count) => count.tokens)]).toEqual([11, 22, 33, 44, 7]);
  });
});

describe('totalOf', () => {
  it('is what one document of all would be', () => {
    const counts = (tokens: number): ReturnType<DocumentTally['counts']> => ({
      bytes: 1,
      lines: 2,
      words: 3,
      characters: 4,
      invalidBytes: 5,
      controlCharacters: 6,
      tokens: [encodingCount('o200k_base', tokens), modelCount(model, tokens)],
    });
    expect(totalOf([counts(1500), counts(1000)])).toEqual({
      bytes: 2,
      lines: 4,
      words: 6,
      characters: 8,
      invalidBytes: 10,
      controlCharacters: 12,
      tokens: [
        encodingCount('o200k_base', 2500),
        {
          ...modelCount(model, 2500),
          context: contextUse(2500),
          // A beginning token for each of the two.
          cacheBytes: 2_502_000,
        },
      ],
    });
  });
});
