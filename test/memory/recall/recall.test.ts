// The index and what is recalled through it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CitedSpan } from '../../../src/memory/recall/cited-spans.js';
import { Recall, type TextLocation } from '../../../src/memory/recall/recall.js';
import { wordsOf } from '../../../src/memory/words/search-words.js';
import { SpanIndex } from '../../../src/memory/recall/span-index.js';

const open: SpanIndex[] = [];
afterEach(() => {
  for (const index of open.splice(0)) index.dispose();
});

const lost = 'This sentence about walruses is lost.';

/** Keeps all texts in a list, but one that it loses. */
async function recallOf(...documents: (readonly string[])[]): Promise<Recall<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-test-'));
  const index = new SpanIndex(folder);
  rmSync(folder, { recursive: true });
  open.push(index);
  const texts: string[] = [];
  const recall = new Recall<string>(index, {
    keep: ({ text }): Promise<TextLocation> => {
      texts.push(text);
      return Promise.resolve({ where: 'copy', offset: texts.length - 1, size: text.length, checksum: 2 ** 32 - 1 });
    },
    read: ({ offset, checksum }) => {
      const text = checksum === 2 ** 32 - 1 ? texts[offset] : undefined;
      return text === undefined || text === lost ? Promise.reject(new Error('lost')) : Promise.resolve(text);
    },
  });
  for (const [number, document] of documents.entries()) {
    recall.begin(`document ${number}`);
    for (const [line, text] of document.entries()) await recall.add(span(text, line + 1));
  }
  return recall;
}

function span(text: string, line: number): CitedSpan {
  return { text, lines: [line, line], bytes: [2 ** 33 + line, 2 ** 33 + line + text.length], isVerbatim: true };
}

const filler = Array.from({ length: 20 }, (_, at) => `Nothing to see in sentence number ${at}.`);

async function found(recall: Recall<string>, query: string, most = 3): Promise<string[]> {
  return (await recall.recall(query, most)).spans.map(({ text }) => text);
}

describe('recall', () => {
  it('finds words in other forms, whatever their case and accents, with their place', async () => {
    const recall = await recallOf(filler, [...filler, 'The Café SERVES roasted chestnuts.', ...filler]);
    const [first, ...others] = (await recall.recall('Which cafes served a chestnut?', 5)).spans;
    expect(first).toMatchObject({
      original: 'document 1',
      text: 'The Café SERVES roasted chestnuts.',
      lines: [21, 21],
      bytes: [2 ** 33 + 21, 2 ** 33 + 21 + 34],
    });
    expect(others).toEqual([]);
  });

  it('puts the span first that holds more, and rarer, words of the query', async () => {
    const recall = await recallOf([
      ...['The ship sailed.', 'x', 'The ship sailed to Nantucket.', 'x', 'The ship sank.', 'x', 'No ship.', ...filler],
    ]);
    expect(await found(recall, 'Did the ship reach Nantucket?', 1)).toEqual(['The ship sailed to Nantucket.']);
  });

  it('lets a span gain from neighbours of its own document', async () => {
    const match = 'The lighthouse keeper was seen.';
    const recall = await recallOf([match, ...filler, match, match, ...filler], [match, ...filler]);
    const { spans: hits } = await recall.recall('lighthouse keeper', 4);
    expect(hits.map(({ original, lines }) => [original, lines[0]])).toEqual([
      ['document 0', 22],
      ['document 0', 23],
      ['document 0', 1],
      ['document 1', 1],
    ]);
    expect(hits[0]?.score).toBeCloseTo(1.3 * (hits[2]?.score ?? 0));
  });

  it('finds parts of words in scripts without spaces', async () => {
    const recall = await recallOf([...filler, '昨日、東京タワーに登りました。', 'กรุงเทพมหานครเป็นเมืองหลวง', ...filler]);
    expect(await found(recall, '東京はどこですか')).toEqual(['昨日、東京タワーに登りました。']);
    expect(await found(recall, 'กรุงเทพ')).toEqual(['กรุงเทพมหานครเป็นเมืองหลวง']);
  });

  it('tells what cannot be read any more, beside the rest', async () => {
    const recall = await recallOf([...filler, lost, ...filler, 'Walruses sleep.', ...filler]);
    const { spans, failures } = await recall.recall('walruses', 5);
    expect(spans.map(({ text }) => text)).toEqual(['Walruses sleep.']);
    expect(failures.map(({ message }) => message)).toEqual(['lost']);
  });

  it('takes a query for words, never for a language', async () => {
    const recall = await recallOf([...filler, 'NEAR and NOT are operators: text*', ...filler]);
    for (const query of ['NEAR("operators"', '"text" AND NOT (', "text:*; DROP TABLE spans; --'"]) {
      expect(await found(recall, query, 1)).toEqual(['NEAR and NOT are operators: text*']);
    }
  });

  it('finds nothing where no span holds a word, and names such words', async () => {
    const recall = await recallOf(filler);
    expect(await found(recall, 'Where is Zubrowka?')).toEqual([]);
    expect(recall.unknownWords('Where is the sentence of Zubrowka?')).toEqual(['zubrowka']);
    expect(await found(await recallOf([]), 'anything')).toEqual([]);
  });
});

describe('wordsOf', () => {
  it('leaves out words that tell nothing, unless there are no others', () => {
    expect(wordsOf('What is the Name of the name?')).toEqual(['name']);
    expect(wordsOf('To be or not to be')).toEqual(['to', 'be', 'or', 'not']);
    expect(wordsOf('?!')).toEqual([]);
  });
});
