import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Vocabulary } from '../../../src/engine/backend.js';
import type { TextChunk } from '../../../src/engine/document.js';
import type { Position } from '../../../src/engine/tokens/token-stream.js';
import { tokenRuns } from '../../../src/engine/tokens/token-stream.js';
import { chunksOf, cutAt } from '../../support/documents.js';
import { byteVocabulary } from '../../support/fake-backend.js';
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
        for (const { bytes: at, textBytes, lines } of positions) {
          expect(at).toBe(textBytes);
          expect(at).toBeGreaterThanOrEqual(previous);
          // A token's line is that of its last byte; a line feed belongs to the line that it ends.
          for (let byte = Math.max(0, previous - 1); byte < at - 1; byte += 1) if (bytes[byte] === 10) lineFeeds += 1;
          expect(lines).toBe(at === 0 ? 0 : 1 + lineFeeds);
          previous = at;
        }
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

describe('tokens of a text that names control tokens', () => {
  it('cut such a name in two where the tokenizer would take it for the token itself', async () => {
    const bytes = byteVocabulary();
    const end = '<|end|>';
    const vocabulary: Vocabulary = {
      ...bytes,
      controlLiterals: [end],
      tokenize: (text) => {
        return text.includes(end) ? Int32Array.of(999) : bytes.tokenize(text);
      },
    };
    const text = `one ${end} two ${end}${end}`;
    const { tokens } = await stream([text], vocabulary);
    expect(tokens).toEqual([...(await bytes.tokenize(text))]);
  });
});

/** A chunk of UTF-8 that starts at `byte` on `line`. */
function chunkOf(text: string, byte: number, line: number, rest: Partial<TextChunk> = {}): TextChunk {
  const endByte = byte + Buffer.byteLength(text);
  return { text, encoding: 'utf-8', byte, endByte, line, invalidBytes: 0, controlCharacters: 0, ...rest };
}

async function* sequence(...chunks: TextChunk[]): AsyncGenerator<TextChunk> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}

/** The text of each run, marked where it ends at a pause, and the end. */
async function runsOf(...chunks: TextChunk[]): Promise<{ texts: string[]; positions: Position[]; end: Position }> {
  const texts: string[] = [];
  const positions: Position[] = [];
  const runs = tokenRuns(sequence(...chunks), byteVocabulary());
  for (;;) {
    const result = await runs.next();
    if (result.done === true) return { texts, positions, end: result.value };
    const text = Buffer.from(Array.from(result.value.tokens, (token) => token - 1)).toString();
    texts.push(result.value.pause === true ? `${text}|` : text);
    positions.push(...result.value.positions);
  }
}

describe('at a pause', () => {
  const pause = (byte: number, line: number): TextChunk => chunkOf('', byte, line, { pause: true });

  it('all whole lines are tokenised, and an open one is held back', async () => {
    const { texts, positions, end } = await runsOf(
      chunkOf('one\ntwo\nth', 0, 1),
      pause(10, 3),
      pause(10, 3),
      chunkOf('r', 10, 3),
      pause(11, 3),
      chunkOf('ee\n', 11, 3),
      pause(14, 4),
      chunkOf('four', 14, 4),
    );
    expect(texts).toEqual(['one\ntwo\n|', '|', '|', 'three\n|', 'four']);
    expect(positions.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 18 }, (_, index) => index + 1));
    expect(positions.map(({ lines }) => lines)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4]);
    expect(end).toMatchObject({ bytes: 18, lines: 4, textBytes: 18 });
  });

  it('the lines come before the document goes on', async () => {
    const never = new Promise<never>(() => undefined);
    async function* chunks(): AsyncGenerator<TextChunk> {
      yield* sequence(chunkOf('one\n', 0, 1), pause(4, 2));
      await never;
    }
    const { value } = await tokenRuns(chunks(), byteVocabulary()).next();
    expect(value).toMatchObject({ tokens: { length: 4 }, pause: true });
  });

  it('what was removed before it counts', async () => {
    const { positions, end } = await runsOf(
      { ...pause(3, 1), controlCharacters: 3 },
      chunkOf('a\n', 3, 1),
      { ...pause(5, 2), controlCharacters: 2, invalidBytes: 1 },
      chunkOf('b', 5, 2),
    );
    expect(positions.map(({ controlCharacters }) => controlCharacters)).toEqual([3, 3, 5]);
    expect(end).toEqual({ bytes: 6, lines: 2, textBytes: 3, invalidBytes: 1, controlCharacters: 5 });
  });

  it('the tokens of lines are those of the whole text', async () => {
    const vocabulary = await embeddedVocabulary();
    const text = fixture('services.log').slice(0, 20_000);
    const pieces = text.split(/(?<=\n)/);
    async function* chunks(): AsyncGenerator<TextChunk> {
      for await (const chunk of chunksOf(pieces)) {
        yield chunk;
        yield { ...chunk, text: '', byte: chunk.endByte, pause: true };
      }
    }
    const tokens: number[] = [];
    for await (const run of tokenRuns(chunks(), vocabulary)) tokens.push(...run.tokens);
    expect(tokens).toEqual([...(await vocabulary.tokenize(text))]);
  });
});

describe('positions', () => {
  it('follow the source through removed bytes, CRLF and UTF-16', async () => {
    async function* chunks(): AsyncGenerator<
      Parameters<typeof tokenRuns>[0] extends AsyncIterable<infer Chunk> ? Chunk : never
    > {
      const base = { invalidBytes: 0, controlCharacters: 0 };
      yield { text: 'ab\n', encoding: 'utf-8', byte: 3, endByte: 7, line: 1, ...base };
      yield { text: 'cd', encoding: 'utf-8', byte: 10, endByte: 12, line: 2, invalidBytes: 0, controlCharacters: 3 };
      yield {
        text: 'é🙂',
        encoding: 'double-byte',
        byte: 12,
        endByte: 18,
        line: 2,
        invalidBytes: 1,
        controlCharacters: 0,
      };
      await Promise.resolve();
      yield { text: '', encoding: 'utf-8', byte: 20, endByte: 20, line: 2, invalidBytes: 0, controlCharacters: 2 };
    }
    const runs = tokenRuns(chunks(), byteVocabulary());
    const first = await runs.next();
    if (first.done === true) throw new Error('expected a run');
    expect(first.value.positions.map(({ bytes }) => bytes)).toEqual([4, 5, 7, 11, 12, 14, 14, 18, 18, 18, 18]);
    expect(first.value.positions.map(({ lines }) => lines)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]);
    expect(first.value.positions.map(({ controlCharacters }) => controlCharacters)).toEqual([
      0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3,
    ]);
    expect(await runs.next()).toEqual({
      done: true,
      value: { bytes: 20, lines: 2, textBytes: 11, invalidBytes: 1, controlCharacters: 5 },
    });
  });

  it('know their source where lines are left out', async () => {
    const { texts, positions, end } = await runsOf(
      chunkOf('b\n', 10, 3),
      chunkOf('e\nf\n', 50, 7),
      chunkOf('', 90, 21, { invalidBytes: 2 }),
    );
    expect(texts).toEqual(['b\ne\nf\n']);
    expect(positions.map(({ bytes }) => bytes)).toEqual([11, 12, 51, 52, 53, 54]);
    expect(positions.map(({ lines }) => lines)).toEqual([3, 3, 7, 7, 8, 8]);
    // A document of 20 lines, the last of which ends with a line feed.
    expect(end).toEqual({ bytes: 90, lines: 20, textBytes: 6, invalidBytes: 2, controlCharacters: 0 });
  });

  it('know their source where all lines are left out', async () => {
    expect((await runsOf(chunkOf('', 90, 21))).end).toMatchObject({ bytes: 90, lines: 20, textBytes: 0 });
  });

  it('give a line feed without a byte of its own no byte', async () => {
    const { positions } = await runsOf(chunkOf('a', 0, 1), chunkOf('\n', 1, 1, { endByte: 1 }), chunkOf('b', 1, 2));
    expect(positions.map(({ bytes, lines }) => [bytes, lines])).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
    ]);
  });
});
