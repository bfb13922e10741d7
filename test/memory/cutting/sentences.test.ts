import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceCutter, type ProseSpan } from '../../../src/memory/cutting/sentences.js';
import { chunksOf, cutAt } from '../../support/documents.js';

async function groupsOf(...pieces: string[]): Promise<(ProseSpan & { textBytes: number })[]> {
  const groups: (ProseSpan & { textBytes: number })[] = [];
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

  it('does not cut a quotation between its sentences, unless it is long', async () => {
    const quotation = '“I will not go to sea again this year. They all hate it there. You had better go alone.”';
    const texts = (
      await groupsOf(`He looked up at her and smiled a little sadly at that. ${quotation} She went away.`)
    ).map(({ text }) => text);
    expect(texts.filter((text) => text.includes(quotation))).toHaveLength(1);
    const speech = `"${Array<string>(12).fill('We have sailed for many days without a sight of land at all.').join(' ')}"`;
    expect((await groupsOf(speech)).length).toBeGreaterThan(5);
  });

  it('keeps what is said and who says it together', async () => {
    const said = '"Is there any news of the ship that sailed so long ago?" he asked of the old man at the door.';
    expect((await groupsOf(said)).map(({ text }) => text)).toEqual([said]);
  });

  it('keeps the lines of a stanza together, and starts anew after them', async () => {
    const verse =
      '   The sun was shining on the sea,\n   Shining with all his might:\n   He did his very best to make\n   The billows smooth and bright.\n';
    const groups = await groupsOf(
      `This is what the two of them sang that night by the fire:\n${verse}Nobody else sang that night, for all of them had gone to bed.\n`,
    );
    expect(groups.map(({ lines }) => lines)).toEqual([
      [1, 1],
      [2, 5],
      [6, 6],
    ]);
  });

  it('cuts a conversation into its turns', async () => {
    const groups = await groupsOf(
      'Grad F: So basically now this is a little change that we made\nProfessor C: Mm - hmm\nGrad F: OK\n',
    );
    expect(groups.map(({ lines }) => lines[0])).toEqual([1, 2, 3]);
  });

  it('tells the sections of plain text, and quotes no headings, contents, page numbers or licences', async () => {
    const sentence = 'The ship went down with all her hands in the night of the storm.';
    const groups = await groupsOf(
      `CONTENTS\n\nThe Storm ........ 3\n\nCHAPTER I. The Storm\n${sentence}\n\n12\n\nCHAPTER II. The Calm\n\n${sentence}\n\n` +
        `*** END OF THE PROJECT GUTENBERG EBOOK ***\n\n${sentence}\n`,
    );
    expect(groups.filter(({ isProse }) => isProse).map(({ text, section }) => [section, text])).toEqual([
      ['CHAPTER I. The Storm', sentence],
      ['CHAPTER II. The Calm', sentence],
    ]);
  });
});
