// Passages of a document: all of it, in order, each within its tokens.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextChunk } from '../../../src/engine/document.js';
import { readPassages, type ReadingEnd, type TextPassage } from '../../../src/memory/summary/passage-reader.js';
import { UnspoolError } from '../../../src/errors.js';
import { countTokens } from '../../support/scripted-chat.js';

/** The text in chunks that end at `cuts`, as a document of UTF-8 comes. */
async function* chunksOf(text: string, cuts: readonly number[] = []): AsyncGenerator<TextChunk> {
  await Promise.resolve();
  const ends = [...new Set([...cuts.map((cut) => cut % text.length), text.length])].sort((a, b) => a - b);
  for (const [index, end] of ends.entries()) {
    const from = ends[index - 1] ?? 0;
    const [before, part] = [text.slice(0, from), text.slice(from, end)];
    const byte = Buffer.byteLength(before);
    const place = { byte, endByte: byte + Buffer.byteLength(part), line: before.split('\n').length };
    yield { text: part, encoding: 'utf-8', ...place, invalidBytes: 0, controlCharacters: index === 1 ? 3 : 0 };
  }
}

async function read(
  chunks: AsyncIterable<TextChunk>,
  passageTokens: number,
  limitTokens?: number,
): Promise<{ passages: TextPassage[]; end: ReadingEnd }> {
  const counted = (text: string): Promise<number> => Promise.resolve(countTokens(text));
  const reader = readPassages(chunks, { passageTokens, limitTokens, countTokens: counted });
  const passages: TextPassage[] = [];
  let next = await reader.next();
  for (; next.done !== true; next = await reader.next()) passages.push(next.value);
  return { passages, end: next.value };
}

const sentence = 'The ship went out to sea that night, and nobody saw her again. ';

describe('passages', () => {
  it('are all of the text, each within its tokens, its lines and bytes told', async () => {
    const word = fc.constantFrom('sea', 'ship. ', '\n', '\n\n', 'captain ', 'é', '日本。', '😀', 'x'.repeat(90));
    const texts = fc.array(word, { minLength: 1, maxLength: 400 }).map((words) => words.join(''));
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.integer({ min: 20, max: 400 }),
        async (text, cuts, most) => {
          const whole = Array.from(text);
          const safe = cuts.map((cut) => whole.slice(0, cut % whole.length).join('').length);
          const { passages, end } = await read(chunksOf(text, safe), most);
          expect(passages.map((passage) => passage.text).join('')).toBe(text);
          let at = 0;
          for (const { text: part, tokens, lines, bytes } of passages) {
            expect(tokens).toBeLessThanOrEqual(most);
            const first = text.slice(0, at).split('\n').length;
            expect(lines).toEqual([first, first + part.slice(0, -1).split('\n').length - 1]);
            expect(bytes).toEqual([at, at + part.length].map((length) => Buffer.byteLength(text.slice(0, length))));
            at += part.length;
          }
          expect(end).toMatchObject({ limited: false, failure: undefined });
          expect(end.position.bytes).toBe(Buffer.byteLength(text));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('end with a sentence or a line where they can, and are nearly full', async () => {
    const { passages } = await read(chunksOf(sentence.repeat(200)), 500);
    for (const { text, tokens } of passages.slice(0, -1)) {
      expect(text).toMatch(/again\. $/);
      expect(tokens).toBeGreaterThan(400);
    }
  });

  it('stop at a limit of tokens', async () => {
    const { passages, end } = await read(chunksOf(sentence.repeat(200)), 500, 1200);
    const tokens = passages.reduce((sum, passage) => sum + passage.tokens, 0);
    expect(tokens).toBeLessThanOrEqual(1200);
    expect(tokens).toBeGreaterThan(1050);
    expect(end.limited).toBe(true);
    expect(end.position.bytes).toBe(passages.at(-1)?.bytes[1]);
  });

  it('hold what came before a failure', async () => {
    async function* failing(): AsyncGenerator<TextChunk> {
      yield* chunksOf(sentence.repeat(3));
      throw new UnspoolError('broken', 'it broke');
    }
    const { passages, end } = await read(failing(), 500);
    expect(passages.map(({ text }) => text)).toEqual([sentence.repeat(3)]);
    expect(end.failure?.code).toBe('broken');
  });

  it('count what cleaning removed', async () => {
    const { end } = await read(chunksOf(sentence, [10]), 500);
    expect(end.position.controlCharacters).toBe(3);
  });
});
