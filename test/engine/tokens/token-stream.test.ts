import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Vocabulary } from '../../../src/engine/backend.js';
import type { TextChunk } from '../../../src/engine/document.js';
import type { Position } from '../../../src/engine/tokens/token-stream.js';
import { tokenRuns } from '../../../src/engine/tokens/token-stream.js';
import { chunksOf } from '../../support/documents.js';
import { byteVocabulary } from '../../support/fake-backend.js';
import { embeddedVocabulary } from '../../support/vocabularies.js';

const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/documents/${name}`, import.meta.url)), 'utf8');

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
    const tokens: number[] = [];
    for await (const run of tokenRuns(chunksOf([text]), vocabulary)) tokens.push(...run.tokens);
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
