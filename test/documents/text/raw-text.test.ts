// Raw text is the bytes as they are, but for one final line feed, wherever the pieces are cut.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawText } from '../../../src/documents/text/raw-text.js';
import { openDocument } from '../../../src/documents/open.js';
import type { TextChunk } from '../../../src/engine/document.js';
import { readAll, sum, temporaryFolder, textOf } from '../support.js';

async function raw(pieces: Iterable<Buffer>, limitBytes?: number): Promise<TextChunk[]> {
  const chunks: TextChunk[] = [];
  for await (const batch of rawText(pieces, limitBytes)) chunks.push(...batch);
  return chunks;
}

/** `bytes` cut at fractions of their length, also inside a character. */
function cutBytes(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
}

const words = fc.constantFrom(
  'a',
  'word ',
  'é',
  '日本',
  '😀',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '\uFEFF',
  '\0',
  '\u001b[1m',
  '\x07',
);
const texts = fc.array(words, { maxLength: 40 }).map((all) => all.join(''));
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

/** What `llama-perplexity --file` keeps of a file: all but one line feed at its end. */
function withoutFinalLineFeed(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

describe('raw text', () => {
  it('is all of the text but one final line feed, however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(texts, places, async (text, cuts) => {
        expect(textOf(await raw(cutBytes(Buffer.from(text), cuts)))).toBe(withoutFinalLineFeed(text));
      }),
      { numRuns: 300 },
    );
  });

  it('replaces bytes that are no UTF-8 as the platform does, and counts them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 30 }), places, async (bytes, cuts) => {
        const chunks = await raw(cutBytes(Buffer.from(bytes), cuts));
        const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
        expect(textOf(chunks)).toBe(withoutFinalLineFeed(decoded));
        const replaced = decoded.split('\uFFFD').length > 1 && !Buffer.from(bytes).includes('\uFFFD');
        if (replaced) expect(sum(chunks, 'invalidBytes')).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a byte order mark, carriage returns and control characters', async () => {
    const text = '\uFEFFa\r\nb\r\u001b[31mred\u0007\0\r\n';
    expect(textOf(await raw([Buffer.from(text)]))).toBe(text.slice(0, -1));
  });

  it('drops one line feed only, and only the last', async () => {
    expect(textOf(await raw([Buffer.from('a\n\n\n')]))).toBe('a\n\n');
    expect(textOf(await raw([Buffer.from('\n')]))).toBe('');
    expect(textOf(await raw([Buffer.from('a\n'), Buffer.from('b')]))).toBe('a\nb');
  });

  it('says where each piece stands: bytes follow each other, lines are those before it', async () => {
    await fc.assert(
      fc.asyncProperty(texts, places, async (text, cuts) => {
        const bytes = Buffer.from(text);
        let at = 0;
        for (const { text: piece, byte, endByte, line } of await raw(cutBytes(bytes, cuts))) {
          if (piece === '') continue;
          expect(byte).toBe(at);
          expect(bytes.subarray(byte, endByte).toString()).toBe(piece);
          expect(line).toBe(1 + bytes.subarray(0, byte).filter((each) => each === 0x0a).length);
          at = endByte;
        }
        expect(at).toBe(bytes.length - (text.endsWith('\n') ? 1 : 0));
      }),
      { numRuns: 200 },
    );
  });

  it('is cut back to a whole character at a limit, and ends there', async () => {
    await fc.assert(
      fc.asyncProperty(texts, places, fc.integer({ min: 1, max: 60 }), async (text, cuts, limit) => {
        const bytes = Buffer.from(text);
        const kept = textOf(await raw(cutBytes(bytes, cuts), limit));
        const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, limit), { stream: true });
        expect(kept).toBe(withoutFinalLineFeed(whole));
      }),
      { numRuns: 300 },
    );
  });

  it('gives what came before a failure', async () => {
    function* failing(): Generator<Buffer> {
      yield Buffer.from('before\n');
      throw new Error('gone');
    }
    let text = '';
    const reading = async (): Promise<void> => {
      for await (const batch of rawText(failing())) for (const chunk of batch) text += chunk.text;
    };
    await expect(reading()).rejects.toThrow('gone');
    expect(text).toBe('before');
  });

  const write = temporaryFolder();
  it('comes from files with `raw`', async () => {
    const { text } = await readAll(openDocument(write('crlf.txt', '\uFEFFone\r\ntwo\u0007\r\n'), { raw: true }));
    expect(text).toBe('\uFEFFone\r\ntwo\u0007\r');
  });
});
