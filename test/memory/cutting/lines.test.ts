import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextChunk } from '../../../src/engine/document.js';
import { filterLines, headLength } from '../../../src/memory/cutting/lines.js';
import { chunksOf, cutAt } from '../../support/documents.js';

async function filtered(
  pieces: readonly string[],
  accept: (text: string, line: number) => boolean,
): Promise<{ chunks: TextChunk[]; heads: string[]; ends: number[] }> {
  const chunks: TextChunk[] = [];
  const heads: string[] = [];
  const ends: number[] = [];
  const filter = {
    accept: ({ text, line }: { text: string; line: number }) => {
      heads.push(`${line}:${text}`);
      return accept(text, line);
    },
    close: (textBytes: number) => void ends.push(textBytes),
  };
  for await (const chunk of filterLines(chunksOf(pieces), filter)) chunks.push(chunk);
  return { chunks, heads, ends };
}

describe('filterLines', () => {
  it('passes accepted lines on with their place in the source, however the text arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\n')),
          { maxLength: 12 },
        ),
        fc.boolean(),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (lines, endsWithFeed, places, every) => {
          const text = lines.join('\n') + (endsWithFeed ? '\n' : '');
          const accepted = (line: number): boolean => line % every === 0;
          const { chunks, heads } = await filtered(cutAt(text, places), (_, line) => accepted(line));
          const all = text.split('\n');
          if (all.at(-1) === '') all.pop();
          expect(heads).toEqual(all.map((line, index) => `${index + 1}:${line}`));
          const passed = chunks.map((chunk) => chunk.text).join('');
          const wanted = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
          expect(passed).toBe(wanted.filter((_, index) => accepted(index + 1)).join(''));
          const bytes = Buffer.from(text);
          for (const chunk of chunks) {
            expect(bytes.subarray(chunk.byte, chunk.byte + Buffer.byteLength(chunk.text)).toString()).toBe(chunk.text);
            const linesBefore = bytes.subarray(0, chunk.byte).toString().split('\n').length;
            if (chunk.text !== '') expect(chunk.line).toBe(linesBefore);
          }
          // Where text would go on: on an open line that was passed on, else on the line after the last.
          const line = !text.endsWith('\n') && accepted(all.length) ? all.length : all.length + 1;
          if (text !== '') expect(chunks.at(-1)).toMatchObject({ text: '', endByte: bytes.length, line });
        },
      ),
    );
  });

  it('decides a line without end by its head', async () => {
    const piece = 'x'.repeat(1000);
    const { chunks, heads, ends } = await filtered(
      ['short\n', ...Array<string>(50).fill(piece)],
      (text) => text !== 'short',
    );
    expect(heads).toEqual(['1:short', `2:${'x'.repeat(headLength)}`]);
    expect(chunks.reduce((sum, chunk) => sum + chunk.text.length, 0)).toBe(50_000);
    expect(ends).toEqual([50_000]);
  });
});
