// What is found by meaning beside words, with a model whose vectors are known.

import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmbeddingModel } from '../../../src/engine/models/embedding.js';
import { UnspoolError } from '../../../src/errors.js';
import { Meaning } from '../../../src/memory/recall/meaning.js';
import { Recall } from '../../../src/memory/recall/recall.js';
import { SpanIndex } from '../../../src/memory/recall/span-index.js';
import { VectorFile } from '../../../src/memory/recall/vector-file.js';
import { conceptVectors } from '../../support/concepts.js';

const { length: dimensions } = conceptVectors([[], [], []])('');
const vectorOf = conceptVectors([
  ['doctor', 'physician'],
  ['car', 'automobile'],
  ['boat', 'ferry'],
]);

interface Options {
  /** Texts, in the order in which they were embedded, from which on the model fails. */
  readonly failsFrom?: number;
  readonly signal?: AbortSignal;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function remembered(texts: readonly string[], { failsFrom = Infinity, signal }: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-test-'));
  const index = new SpanIndex(folder);
  const vectors = new VectorFile(await open(join(folder, 'vectors'), 'wx+'), dimensions);
  rmSync(folder, { recursive: true });
  closing.push(async () => {
    index.dispose();
    await vectors.dispose();
  });
  const asked: string[][] = [];
  const model: EmbeddingModel = {
    ...{ name: 'concepts', path: 'nowhere', dimensions, batch: 3 },
    embed(batch) {
      if (asked.flat().length + batch.length > failsFrom) return Promise.reject(new UnspoolError('gone', 'it is gone'));
      asked.push([...batch]);
      const rows = batch.map((text) => Float32Array.from(vectorOf(text)));
      return Promise.resolve({ rows, cut: batch.filter((text) => text.length > 80).length });
    },
    dispose: () => Promise.resolve(),
  };
  const prefixes = { query: 'Q: ', passage: 'P: ' };
  let clock = 0;
  const now = (): number => (clock += 1);
  const meaning = new Meaning(model, vectors, { prefixes, now, signal: signal ?? new AbortController().signal });
  const lost: string[] = [];
  const kept: string[] = [];
  const recall = new Recall<string>(
    index,
    {
      keep({ text }) {
        kept.push(text);
        return Promise.resolve({ where: 'copy', offset: kept.length - 1, size: 0, checksum: 0 });
      },
      read: ({ offset }) => Promise.resolve(kept[offset] ?? ''),
    },
    { meaning, onLost: ({ message }) => lost.push(message) },
  );
  recall.begin('document');
  for (const [at, text] of texts.entries()) {
    await recall.add({ text, lines: [at + 1, at + 1], bytes: [at, at + 1], isVerbatim: true });
  }
  return { recall, meaning, asked, lost };
}

const story = [
  'The weather was fine.',
  'The physician bought an automobile.',
  'A ferry sank.',
  'Nobody cared.',
  'A red herring.',
];

describe('recall by meaning', () => {
  it('finds what shares no word with the question, and says where each span stands in both rankings', async () => {
    const { recall, lost } = await remembered(story);
    expect(recall.unknownWords('Which car did the doctor buy?')).toEqual(['car', 'doctor', 'buy']);
    const { spans } = await recall.recall('Which car did the doctor buy in red?', 5);
    expect(spans).toHaveLength(5);
    const [first, second] = spans.toSorted((a, b) => (a.ranks?.meaning ?? 9) - (b.ranks?.meaning ?? 9));
    expect(first).toMatchObject({
      ...{ text: 'The physician bought an automobile.', ranks: { words: null, meaning: 1 } },
      score: expect.closeTo(1 / 61, 12) as number,
      // One of each group, and a tenth of each other word: 4 there, 7 here, behind the prefixes.
      similarity: expect.closeTo(2 / Math.sqrt((2 + 0.04) * (2 + 0.07)), 1) as number,
    });
    expect(second?.similarity).toBeLessThan(0.5);
    const herring = spans.find(({ text }) => text === 'A red herring.');
    expect(herring?.ranks?.words).toBe(1);
    expect(herring?.score).toBeCloseTo(1 / 61 + 1 / (60 + (herring?.ranks?.meaning ?? NaN)), 12);
    expect(spans.map(({ score }) => score)).toEqual(spans.map(({ score }) => score).sort((a, b) => b - a));
    expect(lost).toEqual([]);
  });

  it('embeds each span once, in batches, behind its prefix, and each question behind another', async () => {
    const { recall, meaning, asked } = await remembered([...story, 'x'.repeat(90)]);
    await recall.complete();
    await recall.complete();
    expect(asked.map((batch) => batch.length)).toEqual([3, 3]);
    expect(asked[0]?.[0]).toBe('P: The weather was fine.');
    expect(meaning.account).toEqual({ spans: 6, vectors: 6, cut: 1, bytes: 6 * (8 + 68), seconds: 2 });
    await recall.recall('fine weather', 1);
    expect(asked.slice(2)).toEqual([['Q: fine weather']]);
  });

  it('finds a span by one of its sentences, whatever else it says', async () => {
    const chatter = 'Everything else was as it always had been in that quiet town. '.repeat(5);
    const { recall, meaning } = await remembered([chatter, `${chatter}${story[1] ?? ''} ${chatter}`, chatter]);
    const { spans } = await recall.recall('Which car did the doctor buy?', 1);
    expect(spans[0]?.text).toContain(story[1]);
    expect(spans[0]?.similarity).toBeGreaterThan(0.7);
    expect(meaning.account.spans).toBe(3);
    expect(meaning.account.vectors).toBeGreaterThanOrEqual(8);
  });

  it.each([
    ['while spans are embedded', 4],
    ['when the question is embedded', 5],
  ])('goes on by words alone where the model fails %s, and says so once', async (_, failsFrom) => {
    const { recall, meaning, lost } = await remembered(story, { failsFrom });
    await recall.complete();
    const { spans } = await recall.recall('automobile', 3);
    await recall.recall('ferry', 3);
    expect(spans.map(({ text, ranks, similarity }) => [text, ranks, similarity])).toEqual([
      ['The physician bought an automobile.', undefined, undefined],
    ]);
    expect(lost).toEqual(['it is gone']);
    expect(meaning.account.spans).toBe(failsFrom === 4 ? 3 : 5);
  });

  it('goes on by words alone once it is interrupted', async () => {
    const abort = new AbortController();
    const { recall, asked, lost } = await remembered(story, { signal: abort.signal });
    abort.abort();
    expect((await recall.recall('automobile', 3)).spans).toHaveLength(1);
    expect([asked.flat().length, lost]).toEqual([3, ['interrupted before everything was embedded']]);
  });

  it('finds nothing where no span has a word of the question, and none is nearer than to other questions', async () => {
    const { recall, asked } = await remembered(story);
    expect((await recall.recall('zyxwv qqqq', 3)).spans).toEqual([]);
    const before = asked.length;
    expect((await recall.recall('boat', 1)).spans.map(({ text }) => text)).toEqual(['A ferry sank.']);
    expect((await recall.recall('vutsr', 3)).spans).toEqual([]);
    // The other questions are embedded once.
    expect(asked.slice(before)).toEqual([['Q: boat'], ['Q: vutsr']]);
  });

  it('finds nothing where nothing was read', async () => {
    const { recall } = await remembered([]);
    expect((await recall.recall('car', 3)).spans).toEqual([]);
  });
});
