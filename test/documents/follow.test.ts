// Files and pipes that are followed: growth, rotation, truncation, slow writers, silence, and letting go.
import { execFileSync } from 'node:child_process';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { openDocument } from '../../src/documents/open.js';
import type { TextChunk } from '../../src/engine/document.js';
import { tokenRuns } from '../../src/engine/tokens/token-stream.js';
import { byteVocabulary } from '../support/fake-backend.js';
import { asUnspoolError, descriptorsOn, readAll, temporaryFolder, textOf } from './support.js';

const write = temporaryFolder();
const controllers: AbortController[] = [];

/** So that a test that fails leaves nothing that waits. */
afterEach(() => {
  for (const controller of controllers.splice(0)) controller.abort();
});

/** Longer than two looks at a file. Nothing may depend on how much longer. */
async function twoLooks(): Promise<void> {
  await delay(600);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** A document that is followed while the test goes on. */
class Following {
  readonly chunks: TextChunk[] = [];
  readonly #controller = new AbortController();
  readonly document;
  readonly #reading: Promise<unknown>;

  constructor(source: string | PassThrough) {
    controllers.push(this.#controller);
    this.document = openDocument(source, { follow: true, signal: this.#controller.signal });
    this.#reading = this.#read().catch((error: unknown) => error);
  }

  get text(): string {
    return textOf(this.chunks);
  }

  /** Waits for this text, and for the silence after it. */
  async reaches(text: string): Promise<void> {
    await until(() => this.text === text && this.chunks.at(-1)?.pause === true);
  }

  /** Ends what is read; what it failed with, if it did. */
  async stop(): Promise<unknown> {
    this.#controller.abort();
    return this.#reading;
  }

  /** Waits for an end that nobody asked for. */
  async ends(): Promise<unknown> {
    return this.#reading;
  }

  async #read(): Promise<void> {
    for await (const chunk of this.document.chunks()) this.chunks.push(chunk);
  }
}

describe('a followed file', () => {
  it('is read on as it grows, with a pause at each silence', async () => {
    const path = write('growing.log', 'one\n');
    const following = new Following(path);
    await following.reaches('one\n');
    await twoLooks();
    appendFileSync(path, 'two\r\nthree');
    await following.reaches('one\ntwo\nthree');
    expect(await following.stop()).toBe(undefined);
    expect(following.chunks).toMatchObject([
      { text: 'one\n', byte: 0, endByte: 4, line: 1 },
      { text: '', byte: 4, endByte: 4, line: 2, pause: true },
      { text: 'two\n', byte: 4, endByte: 9, line: 2 },
      { text: 'three', byte: 9, endByte: 14, line: 3 },
      { text: '', byte: 14, endByte: 14, line: 3, pause: true },
    ]);
    expect(following.document.progress).toEqual({ bytes: 14, totalBytes: undefined });
  });

  it('may be empty at first', async () => {
    const path = write('empty.log', '');
    const following = new Following(path);
    await twoLooks();
    appendFileSync(path, '\ufefffirst\n');
    await following.reaches('first\n');
    expect(following.chunks[0]).toMatchObject({ text: 'first\n', byte: 3, endByte: 9, line: 1 });
    expect(following.chunks).toHaveLength(2);
  });

  it('may have a slow writer, who stops within a character', async () => {
    const path = write('slow.log', 'one\nna');
    const following = new Following(path);
    await following.reaches('one\nna');
    const bytes = Buffer.from('ïve 🙂\r\n');
    let start = 0;
    for (const [end, text] of [
      [1, 'one\nna'],
      [8, 'one\nnaïve '],
      [10, 'one\nnaïve 🙂'],
      [11, 'one\nnaïve 🙂\n'],
    ] as const) {
      appendFileSync(path, bytes.subarray(start, end));
      start = end;
      await until(() => following.document.progress.bytes === 6 + end);
      await following.reaches(text);
    }
    await following.stop();
    expect(following.chunks.every((chunk) => chunk.invalidBytes === 0)).toBe(true);
    expect(following.chunks.at(-2)).toMatchObject({ text: '\n', byte: 15, endByte: 17, line: 2 });
  });

  it('is read to its end when it is rotated, then the file that has its name now', async () => {
    const path = write('rotated.log', 'one\ntw');
    const following = new Following(path);
    await following.reaches('one\ntw');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'three\n');
    // By a writer who has not noticed yet.
    appendFileSync(`${path}.1`, 'o\n');
    await following.reaches('one\ntwo\nthree\n');
    appendFileSync(path, 'four\n');
    await following.reaches('one\ntwo\nthree\nfour\n');
    renameSync(path, `${path}.2`);
    writeFileSync(path, 'five\n');
    await following.reaches('one\ntwo\nthree\nfour\nfive\n');
    await following.stop();
    expect(following.chunks.findLast(({ text }) => text !== '')).toMatchObject({ byte: 19, endByte: 24, line: 5 });
    expect(following.document.progress.bytes).toBe(24);
  });

  it('may be gone for a while', async () => {
    const path = write('missing.log', 'one\n');
    const following = new Following(path);
    await following.reaches('one\n');
    renameSync(path, `${path}.1`);
    await twoLooks();
    appendFileSync(`${path}.1`, 'two\n');
    await following.reaches('one\ntwo\n');
    rmSync(`${path}.1`);
    await twoLooks();
    write('missing.log', 'three\n');
    await following.reaches('one\ntwo\nthree\n');
    expect(await following.stop()).toBe(undefined);
  });

  it('may be rotated before it has any text, and be replaced by an empty one', async () => {
    const path = write('nothing.log', '');
    const following = new Following(path);
    await twoLooks();
    renameSync(path, `${path}.1`);
    writeFileSync(path, '');
    await twoLooks();
    appendFileSync(path, 'one\n');
    await following.reaches('one\n');
    expect(following.chunks[0]).toMatchObject({ byte: 0, line: 1 });
  });

  it('is read from its start again when it is cut back', async () => {
    const path = write('truncated.log', 'one\ntwo\n');
    const following = new Following(path);
    await following.reaches('one\ntwo\n');
    truncateSync(path, 0);
    await twoLooks();
    appendFileSync(path, 'three\n');
    await following.reaches('one\ntwo\nthree\n');
    truncateSync(path, 0);
    appendFileSync(path, '4\n');
    await following.reaches('one\ntwo\nthree\n4\n');
    await following.stop();
    expect(following.chunks.at(-2)).toMatchObject({ text: '4\n', byte: 14, endByte: 16, line: 4 });
  });

  it('has its open line ended, by a line feed that is no byte of it, before the next file', async () => {
    const path = write('open-line.log', 'one\n50%\r');
    const following = new Following(path);
    await following.reaches('one\n50%');
    renameSync(path, `${path}.1`);
    writeFileSync(path, Buffer.from('\ufefftwo\n', 'utf16le'));
    await following.reaches('one\n50% \ntwo\n');
    // Cut off in the middle of a character.
    appendFileSync(path, Buffer.from('dr', 'utf16le').subarray(0, 3));
    await following.reaches('one\n50% \ntwo\nd');
    truncateSync(path, 0);
    appendFileSync(path, 'three\n');
    await following.reaches('one\n50% \ntwo\nd\ufffd\nthree\n');
    await following.stop();
    expect(following.chunks.filter(({ pause }) => !pause)).toMatchObject([
      { text: 'one\n50%', encoding: 'utf-8', byte: 0, endByte: 7, line: 1 },
      { text: ' ', byte: 7, endByte: 8, line: 2, controlCharacters: 1 },
      { text: '\n', byte: 8, endByte: 8, line: 2 },
      { text: 'two\n', encoding: 'double-byte', byte: 10, endByte: 18, line: 3 },
      { text: 'd', byte: 18, endByte: 20, line: 4 },
      { text: '\ufffd', byte: 20, endByte: 21, line: 4, invalidBytes: 1 },
      { text: '\n', byte: 21, endByte: 21, line: 4 },
      { text: 'three\n', encoding: 'utf-8', byte: 21, endByte: 27, line: 5 },
    ]);
    expect(following.document.progress.bytes).toBe(27);
  });

  it('ends at a limit', async () => {
    const { text, error } = await readAll(
      openDocument(write('limit.log', 'one\ntwo\n'), { follow: true, limitBytes: 5 }),
    );
    expect([text, error]).toEqual(['one\nt', undefined]);
  });

  it.skipIf(process.platform !== 'linux')('is let go when the signal aborts, and nothing else is left', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    for (const content of ['one\n', '']) {
      const path = write('let-go.log', content);
      const following = new Following(path);
      await until(() => descriptorsOn(path) === 1);
      if (content !== '') await following.reaches(content);
      await twoLooks();
      expect(await following.stop()).toBe(undefined);
      expect(descriptorsOn(path)).toBe(0);
    }
    await until(() => timers() <= before);
  });

  it('that is missing, a directory, or no text is refused as ever', async () => {
    for (const [path, code] of [
      ['/no/such/file.log', 'document-not-found'],
      ['/', 'document-is-directory'],
      [write('image.log', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')), 'document-binary'],
    ] as const) {
      const { error } = await readAll(openDocument(path, { follow: true }));
      expect(asUnspoolError(error).code).toBe(code);
    }
  });

  it('that is compressed is refused', async () => {
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join('');
    for (const compressed of [gzipSync(text), brotliCompressSync(text)]) {
      const path = write('packed.log', compressed);
      const { error } = await readAll(openDocument(path, { follow: true }));
      expect(asUnspoolError(error)).toMatchObject({
        code: 'follow-compressed',
        message: `${path}: is compressed, and cannot be followed`,
      });
      expect((await readAll(openDocument(path))).text).toBe(text);
    }
  });

  it('has its lines tokenised while it is silent', async () => {
    const path = write('tokens.log', 'one\ntw');
    const controller = new AbortController();
    controllers.push(controller);
    const runs = tokenRuns(openDocument(path, { follow: true, signal: controller.signal }).chunks(), byteVocabulary());
    const first = await runs.next();
    expect(first.value).toMatchObject({ tokens: { length: 4 }, pause: true });
    appendFileSync(path, 'o\nt');
    expect((await runs.next()).value).toMatchObject({ tokens: { length: 4 }, pause: true });
    const last = runs.next();
    controller.abort();
    expect((await last).value).toMatchObject({ tokens: { length: 1 } });
    expect(await runs.next()).toMatchObject({ done: true, value: { bytes: 9, lines: 3 } });
  });
});

describe('a followed pipe', () => {
  it.skipIf(process.platform === 'win32')('that has a name outlives its writers', async () => {
    const path = `${write('x', '')}.pipe`;
    execFileSync('mkfifo', [path]);
    const following = new Following(path);
    const long = `${'x'.repeat(200_000)}\n`;
    await writeFile(path, 'one\n');
    await following.reaches('one\n');
    await writeFile(path, long);
    await following.reaches(`one\n${long}`);
    await twoLooks();
    await writeFile(path, 'three');
    await following.reaches(`one\n${long}three`);
    expect(await following.stop()).toBe(undefined);
    if (process.platform === 'linux') await until(() => descriptorsOn(path) === 0);
    expect(following.document.progress).toEqual({ bytes: 200_010, totalBytes: undefined });
  });

  it.skipIf(process.platform === 'win32')('that nobody has written to is let go when the signal aborts', async () => {
    const path = `${write('y', '')}.pipe`;
    execFileSync('mkfifo', [path]);
    const following = new Following(path);
    if (process.platform === 'linux') await until(() => descriptorsOn(path) === 1);
    expect(await following.stop()).toBe(undefined);
    if (process.platform === 'linux') await until(() => descriptorsOn(path) === 0);
  });

  it('without a name pauses, goes on, and ends where it ends', async () => {
    const input = new PassThrough();
    const following = new Following(input);
    input.write('one\ntw');
    await following.reaches('one\ntw');
    await twoLooks();
    input.end('o\n');
    expect(await following.ends()).toBe(undefined);
    expect(following.chunks.map(({ text, pause }) => (pause ? 'pause' : text))).toEqual(['one\ntw', 'pause', 'o\n']);
  });

  it('pauses only where it is followed', async () => {
    const input = new PassThrough();
    const reading = readAll(openDocument(input));
    input.write('one\n');
    await twoLooks();
    input.end('two\n');
    expect((await reading).chunks.map(({ text }) => text)).toEqual(['one\n', 'two\n']);
  });
});
