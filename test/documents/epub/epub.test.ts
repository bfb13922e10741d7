// EPUBs: reading order, chapters, damage, protection, and where they come from.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openDocument } from '../../../src/documents/open.js';
import { epub, type BookOptions, type Page } from '../../support/epub.js';
import { asUnspoolError, descriptorsOn, readAll, temporaryFolder } from '../support.js';

const write = temporaryFolder();
const fixture = new URL('../../../fixtures/documents/moby-dick.epub', import.meta.url).pathname;

const pages: readonly Page[] = [
  { path: 'title page.xhtml', body: '<h1>The Book</h1>' },
  { path: 'text/one.xhtml', body: '<h2>One</h2><p>a</p><h2 id="two">Two</h2><p>b</p>' },
  { path: 'text/two.xhtml', body: '<p>c</p><p id="three">d</p>' },
];
const text = 'The Book\n\nOne\n\na\n\nTwo\n\nb\n\nc\n\nd\n';
const contents = [
  ['title%20page.xhtml', 'Title'],
  ['text/one.xhtml', 'Chapter &amp; One'],
  ['text/one.xhtml#two', 'Chapter Two'],
  ['text/two.xhtml#three', 'Chapter  Three'],
] as const;

interface Read {
  readonly text: string;
  readonly error: unknown;
  /** Of each line with text. */
  readonly chapters: readonly (string | null | undefined)[];
}

async function read(book: Buffer | string): Promise<Read> {
  const document = openDocument(typeof book === 'string' ? book : write('book.epub', book));
  const { text, error } = await readAll(document);
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  const chapters = lines.filter(({ line }) => line !== '').map(({ number }) => document.chapterAt?.(number));
  return { text, error, chapters };
}

async function failure(changed: BookOptions['files'], options: BookOptions = {}): Promise<Record<string, unknown>> {
  const { error } = await read(await epub(pages, { ...options, files: changed ?? {} }));
  const { code, message, hint } = asUnspoolError(error);
  return { code, message: message.replace(/^.*book\.epub: /, ''), hint };
}

describe('an EPUB', () => {
  it('is read in its reading order, by content whatever its name', async () => {
    const book = await epub(pages);
    expect(await read(book)).toMatchObject({ text, error: undefined });
    expect((await readAll(openDocument(write('book.zip', book)))).text).toBe(text);
  });

  it.each(['nav', 'ncx'] as const)('has the chapters of its %s', async (kind) => {
    const { chapters } = await read(await epub(pages, { [kind]: contents }));
    const [one, two, three] = ['Chapter & One', 'Chapter Two', 'Chapter Three'];
    expect(chapters).toEqual(['Title', one, one, two, two, two, three]);
  });

  it('has its headings as chapters on pages that its contents do not name', async () => {
    expect((await read(await epub(pages))).chapters).toEqual(['The Book', 'One', 'One', 'Two', 'Two', 'Two', 'Two']);
    const wrong = await epub(pages, {
      nav: [
        ['title%20page.xhtml', 'Title'],
        ['elsewhere.xhtml', 'No'],
      ],
    });
    expect((await read(wrong)).chapters).toEqual(['Title', 'One', 'One', 'Two', 'Two', 'Two', 'Two']);
  });

  it('may have pages in an older encoding, and empty elements', async () => {
    const body = '<?xml version="1.0" encoding="iso-8859-1"?><html><head><script src="x"/></head><body>caf\xe9</body>';
    const book = await epub([{ path: 'a.xhtml', body: `<?xml` }], {
      files: { 'OPS/a.xhtml': Buffer.from(body, 'latin1') },
    });
    expect((await read(book)).text).toBe('café\n');
  });

  it('names a page of its reading order once', async () => {
    const [, one] = pages;
    const book = await epub(
      [one, one, { path: 'text/one.xhtml#two', body: one?.body ?? '' }].filter((page) => page !== undefined),
    );
    expect((await read(book)).text).toBe('One\n\na\n\nTwo\n\nb\n');
  });

  it('of the fixture has the words of the novel, and its nine chapters', async () => {
    const novel = readFileSync(new URL('../../../fixtures/documents/moby-dick.txt', import.meta.url), 'utf8');
    const own = novel.slice(novel.indexOf('CHAPTER 1. '), novel.indexOf('CHAPTER 10. '));
    const document = openDocument(fixture);
    const { text, chunks } = await readAll(document);
    const lines = (all: string): string[] => all.split('\n').flatMap((line) => line.trim() || []);
    expect(lines(text)).toEqual(lines(own));
    expect(document.chapterAt?.(text.slice(0, text.indexOf('Lazarus')).split('\n').length)).toBe(
      'CHAPTER 2. The Carpet-Bag.',
    );
    expect(chunks.at(-1)?.endByte).toBe(Buffer.byteLength(text));
    expect(document.progress).toEqual({ bytes: Buffer.byteLength(text), totalBytes: Buffer.byteLength(text) });
  });

  it('is read up to a limit on its text, and let go', async () => {
    const { text } = await readAll(openDocument(fixture, { limitBytes: 20 }));
    expect(text).toBe('CHAPTER 1. Loomings.');
    if (process.platform === 'linux') expect(descriptorsOn(fixture)).toBe(0);
  });

  it('is text without cleaning with `raw`', async () => {
    const path = write('raw.epub', await epub([{ path: 'a.xhtml', body: '<p>a&#27;b</p>' }]));
    expect((await readAll(openDocument(path, { raw: true }))).text).toBe('a\x1bb');
  });
});

describe('an EPUB that comes only once', () => {
  const kept = (): string[] => readdirSync(tmpdir()).filter((name) => /^unspool-[A-Za-z0-9]{6}$/.test(name));

  it('is kept in a file without a name meanwhile', async () => {
    const book = await epub(pages);
    const before = kept();
    const pieces = Array.from({ length: Math.ceil(book.length / 100) }, (_, index) =>
      book.subarray(100 * index, 100 * index + 100),
    );
    for (const source of [Readable.from(pieces), write('a', gzipSync(book))]) {
      const chunks = openDocument(source).chunks();
      let found = '';
      for await (const chunk of chunks) {
        found += chunk.text;
        expect(kept()).toEqual(before);
      }
      expect(found).toBe(text);
    }
  });

  it('is let go by an abort before it is whole', async () => {
    const book = await epub(pages);
    const controller = new AbortController();
    const input = new Readable({ read: () => undefined });
    input.push(book.subarray(0, 500));
    const reading = readAll(openDocument(input, { signal: controller.signal }));
    setTimeout(() => {
      controller.abort();
    }, 400);
    expect(await reading).toMatchObject({ text: '', error: undefined });
    expect(input.destroyed).toBe(true);
  });
});

describe('a damaged EPUB', () => {
  const fetchAgain = 'fetch it again: what follows the damage cannot be recovered';

  it('that is cut off, or lacks a part, is one clear error', async () => {
    const book = await epub(pages);
    for (const length of [100, book.length - 30]) {
      const { error } = await read(book.subarray(0, length));
      expect(asUnspoolError(error)).toMatchObject({ code: 'document-corrupt', hint: fetchAgain });
      expect(asUnspoolError(error).message).toMatch(
        /is a damaged EPUB: its list of files cannot be read, it may be cut off$/,
      );
    }
    const damaged = { code: 'document-corrupt', hint: fetchAgain };
    expect(await failure({ 'META-INF/container.xml': null })).toEqual({
      ...damaged,
      message: 'is a damaged EPUB: META-INF/container.xml is missing',
    });
    expect(await failure({ 'META-INF/container.xml': '<container/>' })).toMatchObject({
      message: 'is a damaged EPUB: META-INF/container.xml names no package',
    });
    expect(await failure({ 'OPS/package.opf': '<package/>' })).toMatchObject({
      message: 'is a damaged EPUB: OPS/package.opf names no pages',
    });
    expect(await failure({ 'OPS/package.opf': null })).toMatchObject({
      message: 'is a damaged EPUB: OPS/package.opf is missing',
    });
  });

  it('that lacks a page, or has a damaged one, gives the text before it', async () => {
    const lacking = await read(await epub(pages, { files: { 'OPS/text/two.xhtml': null } }));
    expect(lacking.text).toBe('The Book\n\nOne\n\na\n\nTwo\n\nb');
    expect(asUnspoolError(lacking.error).message).toMatch(/is a damaged EPUB: OPS\/text\/two\.xhtml is missing$/);

    const book = Buffer.from(readFileSync(fixture));
    const at = book.indexOf('book/page-2.xhtml');
    book.fill(0xff, at + 2000, at + 2040);
    const { text, error } = await read(book);
    expect(text.startsWith('CHAPTER 1. Loomings.')).toBe(true);
    expect(text).toContain('CHAPTER 2. ');
    expect(text).not.toContain('CHAPTER 5. ');
    expect(asUnspoolError(error).message).toMatch(/is a damaged EPUB: book\/page-2\.xhtml \(.+\)$/);
  });

  it('whose page has other bytes than its checksum says is refused at the end of the page', async () => {
    const book = await epub([{ path: 'a.xhtml', body: `<p>${'word '.repeat(99)}</p>` }]);
    const entry = book.lastIndexOf('OPS/a.xhtml') - 46;
    book.writeUInt32LE(12345, entry + 16);
    const { text, error } = await read(book);
    expect(text.startsWith('word word')).toBe(true);
    expect(asUnspoolError(error).message).toMatch(/OPS\/a\.xhtml \(wrong checksum\)$/);
  });

  it('does not fill the memory with a part that is larger than it looks', async () => {
    const bomb = Buffer.alloc(17 * 2 ** 20, '<a/>');
    expect(await failure({ 'OPS/package.opf': bomb })).toMatchObject({
      message: 'is a damaged EPUB: OPS/package.opf is larger than 16 MiB',
    });
  });

  it('that is protected says so', async () => {
    const encryption = (algorithm: string, path: string): Record<string, string> => ({
      'META-INF/encryption.xml': `<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/>
        <enc:CipherData><enc:CipherReference URI="${path}"/></enc:CipherData></enc:EncryptedData></encryption>`,
    });
    const cipher = 'http://www.w3.org/2001/04/xmlenc#aes128-cbc';
    expect(await failure(encryption(cipher, 'OPS/text/two.xhtml'))).toEqual({
      code: 'document-encrypted',
      message: 'is a protected EPUB (DRM): its text is encrypted',
      hint: 'only a copy without protection can be read',
    });
    // Hidden fonts and pictures do no harm.
    const fonts = encryption('http://www.idpf.org/2008/embedding', 'OPS/font.otf');
    expect((await read(await epub(pages, { files: fonts }))).text).toBe(text);
    expect((await read(await epub(pages, { files: encryption(cipher, 'OPS/cover.jpg') }))).text).toBe(text);

    const locked = await epub(pages);
    const entry = locked.lastIndexOf('OPS/text/one.xhtml') - 46;
    locked.writeUInt16LE(locked.readUInt16LE(entry + 8) | 1, entry + 8);
    expect(asUnspoolError((await read(locked)).error).code).toBe('document-encrypted');
  });

  it('is no EPUB where `from` says so of something else, and nothing else where it is one', async () => {
    const { error } = await readAll(openDocument(write('a.txt', 'text'), { from: 'epub' }));
    expect(asUnspoolError(error)).toMatchObject({ code: 'document-no-epub', hint: 'leave out --from epub' });
    const other = await readAll(openDocument(fixture, { from: 'html' }));
    expect(asUnspoolError(other.error)).toMatchObject({
      message: `${fixture}: is an EPUB, not text`,
      hint: 'leave out --from',
    });
    const followed = await readAll(openDocument(fixture, { follow: true }));
    expect(asUnspoolError(followed.error)).toMatchObject({ code: 'follow-pages' });
  });
});
