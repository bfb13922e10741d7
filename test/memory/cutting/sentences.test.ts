import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../../src/memory/cutting/span-scores.js';
import { SentenceCutter } from '../../../src/memory/cutting/sentences.js';
import { chunksOf, cutAt } from '../../support/documents.js';

async function groupsOf(...pieces: string[]): Promise<(Span & { textBytes: number })[]> {
  const groups: (Span & { textBytes: number })[] = [];
  const cutter = new SentenceCutter((span, textBytes) => groups.push({ ...span, textBytes }));
  for await (const chunk of chunksOf(pieces)) cutter.push(chunk);
  cutter.end();
  return groups;
}

const prose = `CHAPTER I.

It was a bright cold day in April, and the clocks were striking thirteen.
Mr. Smith slipped quickly through the glass doors of Victory Mansions, though
not quickly enough. He was late. The hallway smelt of boiled cabbage and old rag mats and of more than that.

A new paragraph starts here, and it is long enough to be a group of its own.
`;

describe('SentenceCutter', () => {
  it('groups whole sentences within a paragraph, with their lines', async () => {
    const groups = await groupsOf(prose);
    expect(groups.map(({ lines, text }) => [lines.join('-'), text.slice(0, 24)])).toEqual([
      ['1-1', 'CHAPTER I.'],
      ['3-3', 'It was a bright cold day'],
      ['4-5', 'Mr. Smith slipped quickl'],
      ['5-5', 'He was late. The hallway'],
      ['7-7', 'A new paragraph starts h'],
    ]);
  });

  it('gives the same groups however the text arrives, and covers all of it', async () => {
    const text = prose.repeat(3);
    const whole = await groupsOf(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 8 }), async (places) => {
        expect(await groupsOf(...cutAt(text, places))).toEqual(whole);
      }),
    );
    expect(whole.at(-1)?.textBytes).toBe(Buffer.byteLength(text));
  });

  it('never holds more than a bounded paragraph', async () => {
    const groups = await groupsOf(...Array<string>(40).fill('word '.repeat(1000)));
    expect(groups.length).toBeGreaterThan(8);
    expect(groups.at(-1)?.textBytes).toBe(200_000);
  });
});
