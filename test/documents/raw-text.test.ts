import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextChunk } from '../../src/engine/document.js';
import { rawText } from '../../src/documents/raw-text.js';

async function read(pieces: readonly Buffer[], limitBytes?: number): Promise<TextChunk[]> {
  const chunks: TextChunk[] = [];
  for await (const batch of rawText(pieces, limitBytes)) chunks.push(...batch);
  return chunks;
}

const textOf = (chunks: readonly TextChunk[]): string => chunks.map(({ text }) => text).join('');

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => Math.floor(place * bytes.length)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, index) => bytes.subarray(from, ends[index]));
}

describe('rawText', () => {
  it('is the text without one final line feed, with its place in the source, however it arrives', async () => {
    const places = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 6 });
    const text = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\r\n', '\x1b[0m', '\ufeff')),
    );
    await fc.assert(
      fc.asyncProperty(text, places, async (parts, places) => {
        const whole = parts.join('').toWellFormed();
        const bytes = Buffer.from(whole);
        const chunks = await read(cut(bytes, places));
        expect(textOf(chunks)).toBe(whole.replace(/\n$/, ''));
        for (const { text, byte, endByte, line } of chunks) {
          if (text === '') continue;
          expect(bytes.subarray(byte, endByte).toString()).toBe(text);
          expect(line).toBe(bytes.subarray(0, byte).toString().split('\n').length);
        }
        if (whole !== '') expect(chunks.at(-1)?.endByte).toBe(bytes.length);
      }),
    );
  });

  it('replaces what is no UTF-8, and counts it', async () => {
    const chunks = await read([Buffer.from('caf\xe9 au lait', 'latin1')]);
    expect(textOf(chunks)).toBe('caf\ufffd au lait');
    expect(chunks.reduce((sum, { invalidBytes }) => sum + invalidBytes, 0)).toBe(1);
  });

  it('reads up to a limit, cut back to a whole character', async () => {
    expect(textOf(await read([Buffer.from('abcé'), Buffer.from('def')], 4))).toBe('abc');
    expect(textOf(await read([Buffer.from('ab\n'), Buffer.from('cd')], 3))).toBe('ab');
  });
});
