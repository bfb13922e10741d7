// Spans that can be cited: where they end, and that their place in the source is right.

import fc from 'fast-check';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openDocument } from '../../../src/documents/open.js';
import { SpanCutter, spanBytes, type CitedSpan } from '../../../src/memory/recall/cited-spans.js';
import type { Kind } from '../../../src/memory/reading.js';

/** Of a source that comes in pieces of so many bytes. */
async function spansOf(source: Uint8Array, kind: Kind = 'prose', pieceBytes = source.length): Promise<CitedSpan[]> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < source.length; at += pieceBytes) pieces.push(source.subarray(at, at + pieceBytes));
  const cutter = new SpanCutter(kind);
  const spans: CitedSpan[] = [];
  const document = openDocument(Readable.from(pieces), { from: 'text' });
  for await (const chunk of document.chunks()) spans.push(...cutter.push(chunk));
  return [...spans, ...cutter.end()];
}

const sentence = 'The quick brown fox jumps over the lazy dog near Mr. Smith at the river. ';

describe('SpanCutter', () => {
  it('cites the bytes and the lines of the source, whatever the text and however it comes', async () => {
    const words = [
      'fox',
      'jumps. ',
      'Ünïcödé, ',
      '\n',
      '\n\n',
      ' ',
      '東京タワー。',
      '🦊',
      'a'.repeat(50),
      '"He said!" ',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 400 }),
        fc.constantFrom<Kind>('log', 'prose'),
        fc.integer({ min: 700, max: 5000 }),
        async (parts, kind, pieceBytes) => {
          const text = parts.join('');
          const source = Buffer.from(text);
          const spans = await spansOf(source, kind, pieceBytes);
          for (const span of spans) {
            expect(span.isVerbatim).toBe(true);
            expect(source.subarray(...span.bytes).toString()).toBe(span.text);
            expect(Buffer.byteLength(span.text)).toBeLessThanOrEqual(spanBytes);
            const before = source.subarray(0, span.bytes[0]).toString();
            const first = before.split('\n').length;
            expect(span.lines).toEqual([first, first + span.text.split('\n').length - 1]);
          }
          // Nothing but white space is in none of them.
          expect(spans.map((span) => span.text.replace(/\s/g, '')).join('')).toBe(text.replace(/\s/g, ''));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('ends at the end of a sentence in prose, of a line in a log', async () => {
    const prose = await spansOf(Buffer.from(sentence.repeat(60)));
    expect(prose.length).toBeGreaterThan(4);
    for (const { text } of prose) expect(text).toMatch(/^The quick .*river\.$/);
    const line = `12:00:00 INFO something happened. It was ${'long '.repeat(20)}x\n`;
    const log = await spansOf(Buffer.from(line.repeat(60)), 'log');
    for (const { text } of log) expect(text.split('\n').every((each) => `${each}\n` === line)).toBe(true);
  });

  it('cuts at a paragraph where one ends late enough', async () => {
    const [first] = await spansOf(Buffer.from(`${sentence.repeat(7)}\n\n${sentence.repeat(20)}`));
    expect(first?.text).toBe(sentence.repeat(7).trim());
  });

  it("tells what is not the source's own bytes, and where it came from", async () => {
    const source = Buffer.from('one\r\ntwo \u001b[31mred\u001b[0m end');
    const [span, ...others] = await spansOf(source);
    expect(others).toEqual([]);
    expect(span).toEqual({ text: 'one\ntwo red end', lines: [1, 2], bytes: [0, source.length], isVerbatim: false });
    const [broken] = await spansOf(Buffer.from('some text, caf\u00e9 and more of it', 'latin1'));
    expect(broken).toMatchObject({ text: 'some text, caf\uFFFD and more of it', bytes: [0, 30], isVerbatim: false });
    const [wide] = await spansOf(Buffer.from('\uFEFFabc', 'utf16le'));
    expect(wide).toMatchObject({ text: 'abc', bytes: [2, 8], isVerbatim: false });
  });
});
