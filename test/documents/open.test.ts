// Files and pipes: errors, progress, back-pressure, and letting go at any moment.
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDocument } from '../../src/documents/open.js';
import type { TextChunk } from '../../src/engine/document.js';
import { asUnspoolError, descriptorsOn, expectChunksMapTo, readAll, temporaryFolder, textOf } from './support.js';

const write = temporaryFolder();
const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index + 1} naïve\r\n`).join('');

describe('a file', () => {
  it('is read whole, with its name, offsets and progress', async () => {
    const path = write('lines.txt', lines);
    const document = openDocument(path);
    expect(document.name).toBe(path);
    const { chunks, text } = await readAll(document);
    expect(text).toBe(lines.replaceAll('\r\n', '\n'));
    const bytes = Buffer.byteLength(lines);
    expect(document.progress).toEqual({ bytes, totalBytes: bytes });
    expect(chunks.at(-1)).toMatchObject({ endByte: bytes, line: 100_000 });
    expectChunksMapTo(Buffer.from(lines).subarray(0, 30_000), chunks.slice(0, 1000));
  });

  it('without content is an empty document', async () => {
    expect(await readAll(openDocument(write('empty.txt', '')))).toEqual({ chunks: [], text: '', error: undefined });
  });

  it('that is missing, and a directory, are reported by name', async () => {
    const missing = await readAll(openDocument('/no/such/file.txt'));
    expect(asUnspoolError(missing.error)).toMatchObject({
      code: 'document-not-found',
      message: '/no/such/file.txt: no such file',
    });
    const folder = join(dirname(write('x', '')), 'folder');
    mkdirSync(folder);
    const directory = await readAll(openDocument(folder));
    expect(asUnspoolError(directory.error)).toMatchObject({
      code: 'document-is-directory',
      message: `${folder}: is a directory`,
      hint: `name the files in it: ${folder}/*`,
    });
  });

  it('that is cut short while it is read delivers what there was, then fails', async () => {
    const path = write('shrinking.txt', 'x'.repeat(3_000_000));
    const chunks: TextChunk[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of openDocument(path).chunks()) {
        if (chunks.length === 0) truncateSync(path, 1_000_000);
        chunks.push(chunk);
      }
    };
    await expect(read()).rejects.toMatchObject({
      code: 'document-truncated',
      message: `${path}: was cut short while it was read: 1000000 of 3000000 bytes`,
    });
    expect(textOf(chunks)).toBe('x'.repeat(1_000_000));
  });

  it('is read up to a limit, and is not called cut short there', async () => {
    const document = openDocument(write('limited.txt', 'x'.repeat(3_000_000)), { limitBytes: 100_000 });
    const { text, error } = await readAll(document);
    expect([text.length, error]).toEqual([100_000, undefined]);
    expect(document.progress.bytes).toBeLessThan(400_000);
  });

  it.skipIf(process.platform !== 'linux')('is closed when the reader stops early, throws, or has it all', async () => {
    const path = write('closing.txt', lines);
    for (const stop of ['return', 'throw'] as const) {
      const chunks = openDocument(path).chunks() as AsyncGenerator<TextChunk>;
      await chunks.next();
      expect(descriptorsOn(path)).toBe(1);
      if (stop === 'return') await chunks.return(undefined);
      else await expect(chunks.throw(new Error('enough'))).rejects.toThrow('enough');
      expect(descriptorsOn(path)).toBe(0);
    }

    await readAll(openDocument(path));
    expect(descriptorsOn(path)).toBe(0);
  });

  it.skipIf(process.platform !== 'linux')('is closed, and its text ends quietly, when the signal aborts', async () => {
    const path = write('aborted.txt', lines);
    const controller = new AbortController();
    const chunks: TextChunk[] = [];
    for await (const chunk of openDocument(path, { signal: controller.signal }).chunks()) {
      chunks.push(chunk);
      if (chunks.length === 10) controller.abort();
    }
    expect(chunks).toHaveLength(10);
    expect(descriptorsOn(path)).toBe(0);
    const afterAbort = await readAll(openDocument(path, { signal: controller.signal }));
    expect(afterAbort).toEqual({ chunks: [], text: '', error: undefined });
  });
});

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  const namedPipe = (name: string): string => {
    const path = join(dirname(write('y', '')), name);
    execFileSync('mkfifo', [path]);
    return path;
  };
  const abortSoon = (controller: AbortController): void => {
    setTimeout(() => {
      controller.abort();
    }, 50);
  };

  it('is read until its last writer leaves, however late the first one comes', async () => {
    const path = namedPipe('pipe');
    const reading = readAll(openDocument(path));
    await delay(50);
    const writer = await open(path, 'w');
    await writer.write('first line\n');
    await delay(50);
    await writer.write('x'.repeat(200_000));
    await writer.close();
    expect(await reading).toMatchObject({ text: `first line\n${'x'.repeat(200_000)}`, error: undefined });
  });

  it('that is silent is let go when the signal aborts', async () => {
    const path = namedPipe('silent-pipe');
    const writer = await open(path, 'r+');
    const controller = new AbortController();
    let text = '';
    await writer.write('first line\n');
    for await (const chunk of openDocument(path, { signal: controller.signal }).chunks()) {
      text += chunk.text;
      abortSoon(controller);
    }
    expect(text).toBe('first line\n');
    await writer.close();
    if (process.platform === 'linux') expect(descriptorsOn(path)).toBe(0);
  });

  it('that nobody writes to is let go when the signal aborts', async () => {
    const path = namedPipe('lonely-pipe');
    const controller = new AbortController();
    abortSoon(controller);
    expect(await readAll(openDocument(path, { signal: controller.signal }))).toMatchObject({ error: undefined });
    if (process.platform === 'linux') expect(descriptorsOn(path)).toBe(0);
  });
});

describe('standard input', () => {
  it('is called <stdin> and has no known size', async () => {
    const document = openDocument(Readable.from([Buffer.from('one '), Buffer.from('two')]));
    expect(document.name).toBe('<stdin>');
    expect((await readAll(document)).text).toBe('one two');
    expect(document.progress).toEqual({ bytes: 7, totalBytes: undefined });
  });

  it('that pauses is judged and passed on without waiting for 64 KiB', async () => {
    const input = new PassThrough();
    const chunks = openDocument(input).chunks()[Symbol.asyncIterator]();
    input.write('slow ');
    const first = chunks.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    input.write('log\n');
    expect(await first).toMatchObject({ value: { text: 'slow log\n' } });
    const second = chunks.next();
    input.end('more\n');
    expect(await second).toMatchObject({ value: { text: 'more\n', byte: 9, line: 2 } });
    expect(await chunks.next()).toMatchObject({ done: true });
  });

  it('is let go when the reader stops early, and when the signal aborts a pending read', async () => {
    const stopped = new PassThrough();
    stopped.write('text\n');
    const chunks = openDocument(stopped).chunks() as AsyncGenerator<TextChunk>;
    await chunks.next();
    await chunks.return(undefined);
    expect(stopped.destroyed).toBe(true);

    const aborted = new PassThrough();
    const controller = new AbortController();
    const reading = readAll(openDocument(aborted, { signal: controller.signal }));
    setTimeout(() => {
      controller.abort();
    }, 20);
    expect(await reading).toEqual({ chunks: [], text: '', error: undefined });
    expect(aborted.destroyed).toBe(true);
  });

  it('that fails is reported after the text before', async () => {
    const failing = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    const input = Readable.from(
      (function* () {
        yield Buffer.alloc(5000, 'text\n');
        throw failing;
      })(),
    );
    const { text, error } = await readAll(openDocument(input));
    expect(text).toHaveLength(5000);
    expect(asUnspoolError(error)).toMatchObject({
      code: 'document-unreadable',
      message: '<stdin>: cannot be read: EIO: i/o error',
    });
  });

  it('is not read ahead of its reader by more than a few pieces', async () => {
    const piece = Buffer.alloc(64 * 1024, 'text\n');
    let produced = 0;
    const input = new Readable({
      highWaterMark: piece.length,
      read() {
        produced++;
        this.push(piece);
      },
    });
    const chunks = openDocument(input).chunks() as AsyncGenerator<TextChunk>;
    for (let consumed = 1; consumed <= 20; consumed++) {
      await chunks.next();
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(produced - consumed).toBeLessThanOrEqual(4);
    }
    await chunks.return(undefined);
    expect(produced).toBeGreaterThanOrEqual(20);
  });
});
