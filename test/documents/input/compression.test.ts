// gzip and brotli by content, whole, cut off, damaged, and much larger than they look.
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isBrotli } from '../../../src/documents/input/compression.js';
import { openDocument } from '../../../src/documents/open.js';
import { asUnspoolError, expectChunksMapTo, readAll, temporaryFolder } from '../support.js';

const write = temporaryFolder();

/** Numbered lines: no two parts alike, so that lost or repeated output shows. */
const plain = Array.from({ length: 60_000 }, (_, index) => `line ${index + 1} naïve 日本\n`).join('');

const formats = [
  ['gzip', gzipSync(plain)],
  ['brotli', brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
] as const;

describe.each(formats)('%s', (format, compressed) => {
  it('is read by content, whatever the name, with offsets after decompression and progress before it', async () => {
    const document = openDocument(write(`${format}.txt`, compressed));
    const { chunks, text, error } = await readAll(document);
    expect(error).toBeUndefined();
    expect(text).toBe(plain);
    expectChunksMapTo(Buffer.from(plain), chunks);
    expect(document.progress).toEqual({ bytes: compressed.length, totalBytes: compressed.length });
  });

  it('is read from a pipe in small pieces', async () => {
    const pieces = Array.from({ length: Math.ceil(compressed.length / 100) }, (_, index) =>
      compressed.subarray(100 * index, 100 * index + 100),
    );
    const document = openDocument(Readable.from(pieces));
    expect((await readAll(document)).text).toBe(plain);
    expect(document.progress).toEqual({ bytes: compressed.length, totalBytes: undefined });
  });

  it('that is cut off delivers everything decodable, then fails', async () => {
    const half = Math.floor(compressed.length / 2);
    const path = write(`${format}-cut`, compressed.subarray(0, half));
    const { text, error } = await readAll(openDocument(path));
    expect(asUnspoolError(error)).toMatchObject({
      code: 'document-truncated',
      message: `${path}: ends in the middle of its ${format} data`,
    });
    expect(plain.startsWith(text)).toBe(true);
    // What half of the compressed bytes holds; both formats decode a little short of the last byte they get.
    expect(text.length).toBeGreaterThan(plain.length * 0.4);
  });

  it('that lacks only its last bytes delivers all text, then fails', async () => {
    const { text, error } = await readAll(openDocument(write(`${format}-tail`, compressed.subarray(0, -1))));
    expect(asUnspoolError(error).code).toBe('document-truncated');
    expect(text.length).toBeGreaterThan(plain.length - 100);
  });

  it('that is short and cut off delivers its text, then fails', async () => {
    const text = plain.slice(0, 5000);
    const short = format === 'gzip' ? gzipSync(text) : brotliCompressSync(text);
    const read = await readAll(openDocument(write(`${format}-short`, short.subarray(0, -20))));
    expect(asUnspoolError(read.error).code).toBe('document-truncated');
    expect(read.text.length).toBeGreaterThan(1000);
    expect(text.startsWith(read.text)).toBe(true);
  });

  it('that is damaged delivers what came before, then fails', async () => {
    const damaged = Buffer.from(compressed);
    const middle = Math.floor(damaged.length / 2);
    damaged.fill(0xff, middle, middle + 100);
    const { text, error } = await readAll(openDocument(write(`${format}-damaged`, damaged)));
    expect(asUnspoolError(error).code).toBe('document-corrupt');
    expect(text.slice(0, 100_000)).toBe(plain.slice(0, 100_000));
  });

  it('is read under a limit without an error for the rest', async () => {
    const { text, error } = await readAll(openDocument(write(`${format}-limit`, compressed), { limitBytes: 1000 }));
    expect(error).toBeUndefined();
    expect(Buffer.byteLength(text)).toBeGreaterThan(996);
    expect(plain.startsWith(text)).toBe(true);
  });

  it('with something binary in it is refused', async () => {
    const noise = Buffer.concat([Buffer.from('%PDF-1.5\n'), Buffer.alloc(1000, 'text ')]);
    const packed = format === 'gzip' ? gzipSync(noise) : brotliCompressSync(noise);
    const { chunks, error } = await readAll(openDocument(write(`${format}-pdf`, packed)));
    expect(chunks).toEqual([]);
    expect(asUnspoolError(error).code).toBe('document-binary');
  });
});

describe('gzip', () => {
  it('of several members is read as one, with zeros as padding after them', async () => {
    const members = Buffer.concat([gzipSync('one\n'), gzipSync('two\n'), Buffer.alloc(512)]);
    expect(await readAll(openDocument(write('members.gz', members)))).toMatchObject({
      text: 'one\ntwo\n',
      error: undefined,
    });
  });

  it('of nothing is an empty document', async () => {
    expect(await readAll(openDocument(write('empty.gz', gzipSync(''))))).toEqual({
      chunks: [],
      text: '',
      error: undefined,
    });
  });

  it('followed by something else is damaged', async () => {
    const junk = Buffer.concat([gzipSync('one\n'), Buffer.from('junk, not gzip')]);
    const { error } = await readAll(openDocument(write('junk.gz', junk)));
    expect(asUnspoolError(error).code).toBe('document-corrupt');
  });

  it('with an enormous ratio is decompressed only as far as it is read', async () => {
    // 200 MB of text in 200 kB: one piece of the pipe.
    const member = gzipSync(Buffer.alloc(10_000_000, 'a'));
    const document = openDocument(write('bomb.gz', Buffer.concat(Array<Buffer>(20).fill(member))));
    const before = process.memoryUsage().arrayBuffers;
    let bytes = 0;
    let peak = 0;
    for await (const chunk of document.chunks()) {
      bytes += chunk.text.length;
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      if (bytes === chunk.text.length) expect(document.progress.bytes).toBeLessThanOrEqual(128 * 1024);
    }
    expect(bytes).toBe(200_000_000);
    expect(peak).toBeLessThan(100_000_000);
  });
});

describe('isBrotli', () => {
  it('knows a head of brotli from noise', async () => {
    expect(await isBrotli(formats[1][1].subarray(0, 1000))).toBe(true);
    expect(await isBrotli(brotliCompressSync(Buffer.alloc(1000)))).toBe(false);
    // A fixed noise: the low bytes of a linear congruential generator (Numerical Recipes' constants).
    let state = 1;
    const noise = Buffer.from(
      Array.from({ length: 4096 }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24),
    );
    expect(await isBrotli(noise)).toBe(false);
  });

  it('refuses bytes after the end', async () => {
    expect(await isBrotli(Buffer.concat([brotliCompressSync('some text to read'), Buffer.from('more')]))).toBe(false);
  });
});
