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

/** The lines of each record of a log. */
async function rangesOf(...lines: string[]): Promise<string[]> {
  const text = `${lines.join('\n')}\n`;
  const { records } = await cut(chunksOf([text]), undefined, text);
  return records.map((record) => record.lines.join('-'));
}

async function* withPauses(pieces: readonly string[]): AsyncGenerator<TextChunk> {
  for await (const chunk of chunksOf(pieces)) {
    yield chunk;
    const { endByte, text, line } = chunk;
    yield { ...chunk, text: '', byte: endByte, line: line + text.split('\n').length - 1, pause: true };
  }
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

  it.each<[string, string[], string[]]>([
    [
      'a Java trace, whose causes are part of it',
      [
        '2024-06-14 10:00:00,1 ERROR a.b.Cart - no',
        'java.lang.RuntimeException: x',
        '\tat a.b.Cart.add(Cart.java:1)',
        'Caused by: java.io.IOException: y',
        '\t... 3 more',
        '2024-06-14 10:00:01,1 INFO a.b.Cart - on',
      ],
      ['1-5', '6-6'],
    ],
    [
      'chained Python traces, and a crash after a record that is not about it',
      [
        '2024-06-14 10:00:00 INFO job: done',
        'Traceback (most recent call last):',
        '  File "a.py", line 1, in <module>',
        'KeyError: 1',
        '',
        'During handling of the above exception, another exception occurred:',
        '',
        'Traceback (most recent call last):',
        '  File "a.py", line 3, in <module>',
        'ValueError: 2',
        '2024-06-14 10:00:01 INFO job: next',
      ],
      ['1-1', '2-10', '11-11'],
    ],
    [
      'Ruby and Rust frames, where nothing has a head',
      [
        'compiling a',
        "app.rb:3:in `run': no such thing (RuntimeError)",
        "\tfrom app.rb:9:in `<main>'",
        'compiling b',
        "thread 'main' panicked at src/main.rs:4:5:",
        'stack backtrace:',
        '   0: std::panicking::begin_panic',
        '             at /rustc/1/library/std/src/panicking.rs:5',
        'compiling c',
      ],
      ['1-1', '2-3', '4-4', '5-8', '9-9'],
    ],
    [
      'a statement over many lines, with what its database adds',
      [
        '2024-06-14 10:00:00.1 UTC [7] ERROR:  syntax error at or near "FORM"',
        '2024-06-14 10:00:00.1 UTC [7] STATEMENT:  SELECT *',
        '\tFORM a',
        '2024-06-14 10:00:01.1 UTC [7] LOG:  checkpoint starting',
      ],
      ['1-3', '4-4'],
    ],
    [
      'lines without a head, where others have one',
      [
        '2024-06-14 10:00:00 INFO got',
        '{',
        '  "a": 1',
        '}',
        '2024-06-14 10:00:01 INFO got',
        'nothing',
        '2024-06-14 10:00:02 INFO end',
      ],
      ['1-4', '5-6', '7-7'],
    ],
    [
      'not the lines of a build, however they are indented',
      ['make: all', '  CC a.o', '  CC b.o', 'ld: a', '    mapping b', ''],
      ['1-1', '2-2', '3-3', '4-4', '5-6'],
    ],
    [
      'not the lines of two containers',
      [
        'web_1  | 2024-06-14 10:00:00 ERROR no',
        'db_1   |     at x (y.js:1:1)',
        'web_1  |     at a (b.js:1:1)',
        'web_1  |     at b (b.js:1:1)',
      ],
      ['1-1', '2-2', '3-4'],
    ],
    [
      'frames that a collector put a head in front of',
      [
        'Jun 14 10:00:00 atlas app[7]: java.lang.Error: no',
        'Jun 14 10:00:00 atlas app[7]: \tat a.b.C.d(C.java:1)',
        'Jun 14 10:00:00 atlas app[7]: at once',
      ],
      ['1-2', '3-3'],
    ],
  ])('joins %s', async (_, lines, wanted) => {
    expect(await rangesOf(...lines)).toEqual(wanted);
  });

  it('takes the template of a trace from its head and from what went wrong', async () => {
    const head = '2024-06-14 10:00:00,1 ERROR a.b.Cart - it failed';
    const frame = '\tat a.b.Cart.add(Cart.java:1)';
    const text = [
      head,
      'a.b.CartException: x',
      frame,
      'Caused by: java.io.IOException: disk',
      frame,
      head,
      frame,
      head,
    ].join('\n');
    const { records } = await cut(chunksOf([text]), undefined, text);
    expect(records.map(({ identity }) => identity)).toEqual([
      'it failed Caused by: java.io.IOException: disk',
      'it failed',
      'it failed',
    ]);
    expect(records.map(({ telling }) => telling)).toEqual([
      'Caused by: java.io.IOException: disk',
      undefined,
      undefined,
    ]);
  });

  it('decides a record without end once it has 64 lines, and leaves the rest out', async () => {
    const lines = ['2024-06-14 10:00:00 ERROR no', ...Array<string>(200).fill('    at a (b.js:1:1)')];
    const { records, leftOut, ends } = await cut(chunksOf([`${lines.join('\n')}\n`]));
    expect(records.map((record) => record.lines)).toEqual([[1, 64]]);
    expect(leftOut).toBe(201 - 64);
    expect(ends).toEqual([Buffer.byteLength(`${lines.slice(0, 64).join('\n')}\n`)]);
  });

  it('passes on the first 4,096 characters of a record, and its first line’s end', async () => {
    const [long, next] = [`2024-06-14 10:00:00 ERROR ${'x'.repeat(60_000)}`, '2024-06-14 10:00:01 INFO on'];
    const { chunks, leftOut, ends } = await cut(chunksOf(cutAt(`${long}\n${next}\n`, [0.1, 0.2, 0.5])));
    expect(textOf(chunks)).toBe(`${long.slice(0, headLength)}\n${next}\n`);
    expect(leftOut).toBe(0);
    expect(ends).toEqual([headLength + 1, headLength + 1 + next.length + 1]);
    expect(chunks.at(-2)).toMatchObject({ line: 2, byte: long.length + 1 });
  });

  it('decides the open record when a followed file pauses, and leaves out what comes to it later', async () => {
    const [head, frame, next] = [
      '2024-06-14 10:00:00 ERROR no\n',
      '    at a (b.js:1:1)\n',
      '2024-06-14 10:00:01 INFO on\n',
    ];
    const { chunks, records, leftOut } = await cut(withPauses([head + frame, frame + next.slice(0, 9), next.slice(9)]));
    expect(records.map((record) => record.lines)).toEqual([
      [1, 2],
      [4, 4],
    ]);
    expect(textOf(chunks)).toBe(head + frame + next);
    expect(leftOut).toBe(1);
    const firstPause = chunks.findIndex(({ pause }) => pause === true);
    expect(textOf(chunks.slice(0, firstPause))).toBe(head + frame);
  });
});
