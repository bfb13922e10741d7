import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextChunk } from '../../../src/engine/document.js';
import { headLength } from '../../../src/memory/cutting/lines.js';
import { filterRecords, type LogRecord } from '../../../src/memory/cutting/records.js';
import { chunksOf, cutAt } from '../../support/documents.js';

interface Cut {
  readonly chunks: readonly TextChunk[];
  readonly records: readonly LogRecord[];
  readonly ends: readonly number[];
  readonly leftOut: number;
}

async function cut(
  source: AsyncIterable<TextChunk>,
  accept: (record: LogRecord, index: number) => boolean = () => true,
  sample = '',
): Promise<Cut> {
  const chunks: TextChunk[] = [];
  const records: LogRecord[] = [];
  const ends: number[] = [];
  let leftOut = 0;
  const filter = {
    accept: (record: LogRecord) => {
      records.push(record);
      return accept(record, records.length);
    },
    close: (textBytes: number) => void ends.push(textBytes),
    leaveOut: (lines: number) => void (leftOut += lines),
  };
  for await (const chunk of filterRecords(source, filter, sample)) chunks.push(chunk);
  return { chunks, records, ends, leftOut };
}

const textOf = (chunks: readonly TextChunk[]): string => chunks.map(({ text }) => text).join('');

async function textsOf(...lines: string[]): Promise<string[]> {
  const text = `${lines.join('\n')}\n`;
  return (await cut(chunksOf([text]), undefined, text)).records.map((record) => record.text);
}

const lineOf = fc.oneof(
  fc.constantFrom(
    '2024-06-14 10:00:00,123 ERROR com.shop.Cart - it failed',
    '2024-06-14 10:00:01,123 INFO com.shop.Cart - it went on',
    'java.lang.IllegalStateException: no',
    '    at com.shop.Cart.add(Cart.java:17)',
    'Caused by: java.io.IOException: gone',
    'Traceback (most recent call last):',
    '  File "a.py", line 3, in <module>',
    'ValueError: bad',
    'panic: no',
    '',
    '\tSELECT 1',
    'web_1  | 2024-06-14 10:00:00 INFO hello',
    'db_1   | 2024-06-14 10:00:00 INFO hello',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\n')),
  fc.constantFrom('x'.repeat(headLength + 1), '🙂'.repeat(3000), ` ${'y '.repeat(9000)}`),
);

describe('filterRecords', () => {
  it('passes records on with their place in the source, however the text arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lineOf, { maxLength: 14 }),
        fc.boolean(),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (lines, endsWithFeed, places, every) => {
          const text = lines.join('\n') + (endsWithFeed ? '\n' : '');
          const accepted = (_: LogRecord, index: number): boolean => index % every === 0;
          const { chunks, records, ends, leftOut } = await cut(chunksOf(cutAt(text, places)), accepted, text);
          const whole = await cut(chunksOf([text]), accepted, text);
          expect(records).toEqual(whole.records);
          expect(textOf(chunks)).toBe(textOf(whole.chunks));
          expect(ends).toEqual(whole.ends);
          const passed = records.filter((record, index) => accepted(record, index + 1));
          expect(ends).toHaveLength(passed.length);
          // Every line is in a record that follows the one before, passed on or left out.
          const all = text.split('\n');
          if (all.at(-1) === '') all.pop();
          records.forEach(({ lines: [first] }, index) => {
            expect(first).toBeGreaterThan(records[index - 1]?.lines[1] ?? 0);
          });
          const places_ = new Set(chunks.filter((chunk) => chunk.text !== '').map(({ line }) => line));
          expect(places_.size + leftOut).toBe(all.length);
          const bytes = Buffer.from(text);
          for (const chunk of chunks) {
            expect(bytes.subarray(chunk.byte, chunk.byte + Buffer.byteLength(chunk.text)).toString()).toBe(chunk.text);
            const linesBefore = bytes.subarray(0, chunk.byte).toString().split('\n').length;
            if (chunk.text !== '') expect(chunk.line).toBe(linesBefore);
          }
          for (const record of passed) {
            expect(record.text.length).toBeLessThanOrEqual(headLength);
            expect(textOf(chunks)).toContain(record.text);
          }
          if (text === '') return;
          const isOpen = !text.endsWith('\n') && places_.has(all.length);
          const line = isOpen ? all.length : all.length + 1;
          expect(chunks.at(-1)).toMatchObject({ text: '', endByte: bytes.length, line });
        },
      ),
    );
  });
});
