// Encodings older than Unicode: their text, the places of it in the source, and what is no text in them.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeText } from '../../src/documents/encodings/binary.js';
import { encodingNamed } from '../../src/documents/encodings/encodings.js';
import { openDocument } from '../../src/documents/open.js';
import { rawText } from '../../src/documents/text/raw-text.js';
import { cleanText } from '../../src/documents/text/clean-text.js';
import { sourceBytes, type TextChunk } from '../../src/engine/document.js';
import { cut, readAll, sum, temporaryFolder, textOf } from './support.js';

const write = temporaryFolder();

async function clean(pieces: Buffer[], label: string): Promise<TextChunk[]> {
  const chunks: TextChunk[] = [];
  for await (const batch of cleanText(pieces, Infinity, encodingNamed(label))) chunks.push(...batch);
  return chunks;
}

describe('the names of encodings', () => {
  it('are the labels of the Encoding Standard, in any case', () => {
    const labels = ['windows-1252', 'Latin1', 'ISO-8859-15', 'koi8-u', 'ibm866', 'macintosh', 'windows-874', 'SJIS'];
    for (const label of [...labels, 'gb2312', 'gb18030', 'big5', 'euc-kr', 'euc-jp', 'utf-16le', 'utf8'])
      expect(encodingNamed(label), label).toBeDefined();
    for (const label of ['', 'klingon', 'cp437', 'base64', 'utf-7', 'utf-32', 'iso-2022-jp', 'replacement'])
      expect(encodingNamed(label), label).toBeUndefined();
  });
});

describe('single bytes', () => {
  it.each([
    ['windows-1252', '\x80\x93\x85\x94 na\xefve', '€“…” naïve'],
    ['iso-8859-1', '\x93', '“'],
    ['iso-8859-15', '\xa4', '€'],
    ['iso-8859-2', '\xb1\xe6', 'ąć'],
    ['windows-1251', '\xcf\xf0\xe8\xe2\xe5\xf2', 'Привет'],
    ['koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет'],
    ['ibm866', '\x8f\xe0\xa8\xa2\xa5\xe2', 'Привет'],
    ['macintosh', '\xd2\x8e\xd3', '“é”'],
    ['windows-874', '\xa1\xd2', 'กา'],
  ])('of %s are their characters', async (label, bytes, text) => {
    const chunks = await clean([Buffer.from(`${bytes}\r\n!`, 'latin1')], label);
    expect(textOf(chunks)).toBe(`${text}\n!`);
    expect(chunks.at(-1)).toMatchObject({ endByte: bytes.length + 3, line: 2 });
    expect(sum(chunks, 'invalidBytes')).toBe(0);
  });

  it('that are no characters are replaced and counted', async () => {
    const chunks = await clean([Buffer.from('a\xd5\xff\xd6b', 'latin1')], 'iso-8859-3');
    expect(textOf(chunks)).toBe('aĠ˙Öb');
    const invalid = await clean([Buffer.from('a\xa5\xa5b', 'latin1')], 'iso-8859-3');
    expect(textOf(invalid)).toBe('a\uFFFD\uFFFDb');
    expect(sum(invalid, 'invalidBytes')).toBe(2);
  });

  it('of windows-1252 are those of the Encoding Standard, byte by byte', async () => {
    // https://encoding.spec.whatwg.org/index-windows-1252.txt, 0x80 to 0x9F; the five controls are removed.
    const expected = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
    const chunks = await clean([Buffer.from(Array.from({ length: 32 }, (_, index) => 0x80 + index))], 'windows-1252');
    expect(textOf(chunks)).toBe(expected);
    expect(sum(chunks, 'controlCharacters')).toBe(5);
  });
});

/** Every character of one, two or four bytes that a decoder knows, in a spread of samples. */
function characters(label: string): readonly { readonly text: string; readonly bytes: Buffer }[] {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const known: { text: string; bytes: Buffer }[] = [];
  const add = (...codes: number[]): void => {
    const bytes = Buffer.from(codes);
    try {
      const text = decoder.decode(bytes);
      // Not those of which the first byte is a character alone, and no controls.
      if (Array.from(text).length <= 2 && !/^\p{Cc}/u.test(text)) known.push({ text, bytes });
    } catch {
      // None.
    }
  };
  for (let code = 0x20; code < 0x7f; code += 1) add(code);
  for (let code = 0xa1; code < 0xe0; code += 1) if (label === 'shift_jis') add(code);
  const isSingle = (code: number): boolean => known.some(({ bytes }) => bytes.length === 1 && bytes[0] === code);
  for (let lead = 0x81; lead < 0xff; lead += 3)
    for (let trail = 0x40; trail < 0xff; trail += 5) if (!isSingle(lead)) add(lead, trail);
  for (let code = 0; code < 10; code += 1) {
    if (label === 'gb18030') add(0x81, 0x30 + code, 0x82, 0x31);
    if (label === 'gb18030') add(0x95, 0x30 + code, 0x82, 0x36);
  }
  for (let trail = 0xa1; trail < 0xff; trail += 3) {
    if (label === 'euc-jp') add(0x8f, 0xb0, trail);
    if (label === 'euc-jp') add(0x8e, trail);
  }
  return known;
}

const bytesOfSequences = fc
  .array(fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x81, 0x8e, 0x8f, 0x95, 0xe0, 0xfe, 0x30, 0x39, 0x40, 0x41)))
  .map((bytes) => Uint8Array.from(bytes));

describe.each(['shift_jis', 'gbk', 'gb18030', 'big5', 'euc-kr', 'euc-jp'])('%s', (label) => {
  const known = characters(label);
  const sample = fc.array(fc.oneof(fc.constantFrom(...known), fc.constantFrom('\n', '\r\n', '\t', ' word ')), {
    maxLength: 60,
  });

  it('has its characters, and their places in the source, wherever its bytes are cut', async () => {
    expect(known.length).toBeGreaterThan(500);
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    await fc.assert(
      fc.asyncProperty(sample, fc.array(fc.nat({ max: 300 })), async (parts, places) => {
        const source = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part.bytes)));
        const text = parts.map((part) => (typeof part === 'string' ? part : part.text)).join('');
        const chunks = await clean(cut(source, places), label);
        expect(textOf(chunks)).toBe(text.replaceAll('\r\n', '\n'));
        expect(sum(chunks, 'invalidBytes')).toBe(0);
        for (const { text: own, encoding, byte, endByte } of chunks) {
          const bytes = source.subarray(byte, endByte);
          expect(decoder.decode(bytes).replace(/\r\n$/, '\n')).toBe(own);
          // Within a chunk of several characters, places advance as it says.
          const points = Array.from(own);
          if (points.length < 2 || bytes.includes(0x0d)) continue;
          const half = points.slice(0, points.length >> 1).join('');
          expect(decoder.decode(bytes.subarray(0, sourceBytes(half, encoding)))).toBe(half);
        }
        expect(chunks.at(-1)?.endByte ?? 0).toBe(source.length);
      }),
      { numRuns: 200 },
    );
  });

  it('has an end for any bytes, all of them told of, wherever they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(bytesOfSequences, fc.array(fc.nat({ max: 60 })), async (bytes, places) => {
        const source = Buffer.concat([Buffer.from('>>>'), bytes]);
        const whole = await clean([source], label);
        const inPieces = await clean(cut(source, places), label);
        expect(textOf(inPieces)).toBe(textOf(whole));
        expect(sum(inPieces, 'invalidBytes')).toBe(sum(whole, 'invalidBytes'));
        for (const { text, invalidBytes, byte, endByte } of whole) {
          if (invalidBytes > 0) expect([text, endByte - byte]).toEqual(['\uFFFD', invalidBytes]);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('bytes that are no text', () => {
  // By the decoders of the Encoding Standard.
  it.each([
    ['shift_jis', [0x81, 0x20, 0x42], '\uFFFD B', 1],
    ['shift_jis', [0x81, 0xff, 0x42], '\uFFFDB', 2],
    ['shift_jis', [0xfd, 0x42], '\uFFFDB', 1],
    ['shift_jis', [0x42, 0x81], 'B\uFFFD', 1],
    ['gb18030', [0x81, 0x30, 0x41], '\uFFFD0A', 1],
    ['gb18030', [0x81, 0x30, 0x81, 0x41], '\uFFFD0丄', 1],
    ['euc-jp', [0x8f, 0xa1, 0x41], '\uFFFDA', 2],
    ['euc-kr', [0x81, 0x20], '\uFFFD ', 1],
    ['big5', [0x88, 0xff, 0x41], '\uFFFDA', 2],
  ] as const)('of %s, %j, are replaced and counted', async (label, bytes, text, invalid) => {
    for (const pieces of [[Buffer.from(bytes)], Array.from(bytes, (byte) => Buffer.from([byte]))]) {
      const chunks = await clean(pieces, label);
      expect(textOf(chunks)).toBe(text);
      expect(sum(chunks, 'invalidBytes')).toBe(invalid);
      expect(chunks.at(-1)?.endByte).toBe(bytes.length);
    }
  });
});

describe('a document in a named encoding', () => {
  const russian = Buffer.from('\xf0\xd2\xc9\xd7\xc5\xd4\n'.repeat(500), 'latin1');

  it('is judged and read in it', async () => {
    expect(looksLikeText(russian)).toBe(false);
    const { text, error } = await readAll(openDocument(write('russian.txt', russian), { encoding: 'koi8-r' }));
    expect([text, error]).toEqual(['Привет\n'.repeat(500), undefined]);
  });

  it('is cut off by a limit on its bytes, at a whole character', async () => {
    const japanese = Buffer.from([0x93, 0xfa, 0x96, 0x7b]);
    const { text, chunks } = await readAll(
      openDocument(Readable.from([japanese]), { encoding: 'sjis', limitBytes: 3 }),
    );
    expect(text).toBe('日');
    expect(chunks.at(-1)?.endByte).toBe(2);
  });

  it('may be UTF-16 without a byte order mark; where there is one, it counts more', async () => {
    const utf16 = Buffer.from('naïve\n', 'utf16le');
    expect((await readAll(openDocument(Readable.from([utf16]), { encoding: 'utf-16le' }))).text).toBe('naïve\n');
    const marked = Buffer.from('\uFEFFnaïve');
    expect((await readAll(openDocument(Readable.from([marked]), { encoding: 'koi8-r' }))).text).toBe('naïve');
  });

  it('is left as it is in raw text, but for its last line feed', async () => {
    const chunks: TextChunk[] = [];
    for await (const batch of rawText([Buffer.from('a\n\r\n', 'utf16le')], Infinity, encodingNamed('utf-16le')))
      chunks.push(...batch);
    expect(chunks.map(({ text, byte, endByte, line }) => [text, byte, endByte, line])).toEqual([
      ['a\n\r', 0, 6, 1],
      ['', 8, 8, 2],
    ]);
  });
});
