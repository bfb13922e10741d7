// Tokens of a streamed text, whatever the vocabulary and however the text comes in pieces.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Vocabulary } from '../../../src/engine/backend.js';
import type { Position } from '../../../src/engine/tokens/token-stream.js';
import { tokenRuns } from '../../../src/engine/tokens/token-stream.js';
import { chunksOf, cutAt } from '../../support/documents.js';
import { bundledVocabularies, embeddedVocabulary, loadVocabulary, vocabularyFile } from '../../support/vocabularies.js';

async function stream(
  pieces: readonly string[],
  vocabulary: Vocabulary,
): Promise<{ tokens: number[]; positions: Position[] }> {
  const tokens: number[] = [];
  const positions: Position[] = [];
  for await (const run of tokenRuns(chunksOf(pieces), vocabulary)) {
    tokens.push(...run.tokens);
    positions.push(...run.positions);
  }
  return { tokens, positions };
}

const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/documents/${name}`, import.meta.url)), 'utf8');

/** Text like that of real documents, with what tokenizers treat in special ways, long enough for many segments. */
const fragment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('the', 'whale', ' ', ' ', ' ', '\n', '. ', ', ', 'Ahab', "don't", "it's", '\n\n'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '  ',
      '   \n',
      '\t',
      ' \n ',
      '\u00a0',
      '    ',
      '1234567',
      '3.14',
      'a1b2',
      '=====',
      '"!?',
      '--',
      'E=mc²',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '日本語の文章',
      '，。',
      'Ünïcödé',
      '🙂',
      '👩‍👩‍👧',
      'e\u0301',
      'Привет ',
      '한국어 ',
      'نص ',
      '\u2581',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('<s>', '</s>', '<|im_end|>', '<|endoftext|>', '<unk>', '<0x0A>', '[INST]') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);
const anyText = fc.array(fragment, { minLength: 0, maxLength: 30 }).chain((parts) => {
  return fc.integer({ min: 1, max: 300 }).map((times) => parts.join('').repeat(times).slice(0, 24_000).toWellFormed());
});
const anyCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe.each(['embedded', ...bundledVocabularies])('tokens of a streamed text, %s vocabulary', (name) => {
  let vocabulary: Vocabulary;
  beforeAll(async () => {
    vocabulary = name === 'embedded' ? await embeddedVocabulary() : await loadVocabulary(vocabularyFile(name));
  });

  it('equal those of the whole text, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyCuts, async (text, cuts) => {
        const { tokens } = await stream(cutAt(text, cuts), vocabulary);
        expect(tokens).toEqual([...(await vocabulary.tokenize(text))]);
      }),
      { numRuns: 150 },
    );
  });

  it('equal those of the whole text on a novel and a log', async () => {
    for (const document of ['moby-dick.txt', 'services.log']) {
      const text = fixture(document).slice(0, 300_000);
      const { tokens } = await stream(cutAt(text, [0.1, 0.25, 0.7]), vocabulary);
      expect(tokens).toEqual([...(await vocabulary.tokenize(text))]);
    }
  });

  it('equal those of the whole text where a line is one word of 40 kB', async () => {
    for (const text of ['x'.repeat(40_000), 'abc123'.repeat(7000), 'жук'.repeat(7000)]) {
      const { tokens } = await stream(cutAt(text, [0.3, 0.6]), vocabulary);
      expect(tokens).toEqual([...(await vocabulary.tokenize(text))]);
    }
  });

  it('know where they end', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyCuts, async (text, cuts) => {
        const { positions } = await stream(cutAt(text, cuts), vocabulary);
        const bytes = Buffer.from(text);
        let previous = 0;
        let lineFeeds = 0;
        const wrong: Position[] = [];
        for (const position of positions) {
          const { bytes: at, textBytes, lines } = position;
          // A token's line is that of its last byte; a line feed belongs to the line that it ends.
          for (let byte = Math.max(0, previous - 1); byte < at - 1; byte += 1) if (bytes[byte] === 10) lineFeeds += 1;
          const line = at === 0 ? 0 : 1 + lineFeeds;
          if (at !== textBytes || at < previous || lines !== line) wrong.push(position);
          previous = at;
        }
        expect(wrong).toEqual([]);
        expect(previous).toBe(bytes.length);
      }),
      { numRuns: 20 },
    );
  });

  it('spell the text: the bytes of each token are known', async () => {
    const text = 'Call me Ishmael. Some years ago—never mind how long: 日本 🙂\n\n\tx  y';
    const total = (await vocabulary.tokenize(text)).reduce((sum, token) => sum + vocabulary.byteLength(token), 0);
    expect(total).toBe(Buffer.byteLength(text) + (name === 'llama-spm' ? 1 : 0));
  });
});
