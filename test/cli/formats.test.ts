// HTML, EPUB and older encodings through the real binary.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, root } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { epub } from '../support/epub.js';
import { checked } from '../support/schema.js';

const book = join(root, 'fixtures/documents/moby-dick.epub');
const novel = readFileSync(join(root, 'fixtures/documents/moby-dick.txt'), 'utf8');
const titles = [...novel.matchAll(/^CHAPTER \d\. .+$/gm)].map(([title]) => title);

/** A page, and the text that is in it. */
const paragraphs = novel.slice(novel.indexOf('Call me Ishmael.')).split('\n\n').slice(0, 12);
const pageText = `Loomings\n\n${paragraphs.join('\n\n')}\n`;
const page = file(
  'page.html',
  `<!doctype html>\n<meta charset=utf-8><h1>Loomings</h1>\n${paragraphs.map((each) => `<p>${each}</p>\n`).join('')}`,
);
const plain = file('page.txt', pageText);

interface Found {
  readonly event: string;
  readonly chapter?: string | null;
  readonly text: string;
  readonly line: number;
  readonly lines: readonly [number, number];
}

function found(stdout: string, name: string): Found[] {
  return (checked(stdout) as unknown as Found[]).filter(({ event }) => event === name);
}

describe('unspool stream', () => {
  it('makes a digest of an EPUB that cites lines of its text and chapters', async () => {
    const args = ['stream', '--limit', '12kB', '--top', '4', book];
    const text = await unspool([...args]);
    expect(text.code).toBe(0);
    const cited = text.stdout.trimEnd().split('\n');
    expect(cited).toHaveLength(4);
    for (const line of cited) expect(line).toMatch(/^\S+moby-dick\.epub:\d+:\S.*\S {2}\[CHAPTER [12]\. .+\]$/);
    expect(text.stderr).toMatch(/moby-dick\.epub: 12,000 bytes, \d+ lines, up to the limit/);

    const passages = found((await unspool([...args, '--json'])).stdout, 'passage');
    expect(passages).toHaveLength(4);
    for (const { chapter, lines, text } of passages) {
      expect(titles).toContain(chapter);
      expect(novel).toContain(text);
      expect(cited.some((line) => line.startsWith(`${book}:${lines.join('-').replace(/^(\d+)-\1$/, '$1')}:`))).toBe(
        true,
      );
    }
  });

  it('reads an EPUB and HTML from standard input', async () => {
    const args = ['stream', '--perplexity', '--limit', '2kB', '--json'];
    const [fromPipe, fromFile] = [
      await unspool(args, { input: readFileSync(book) }),
      await unspool([...args, book]),
    ].map(({ stdout, code }) => {
      expect(code).toBe(0);
      return (checked(stdout) as { event: string; account?: unknown }[]).find(({ event }) => event === 'document-end');
    });
    expect(fromPipe?.account).toEqual(fromFile?.account);

    const html = await unspool(['stream', '-q', '--top', '1'], { input: readFileSync(page) });
    expect(html.stdout).toMatch(/^<stdin>:\d+:.* {2}\[Loomings\]\n$/);
  });

  it('finds the chapters of plain text by their headings, and quotes no heading', async () => {
    const { stdout } = await unspool(['stream', '--json', '--top', '2', plain]);
    for (const passage of found(stdout, 'passage')) {
      expect(passage.chapter).toBe('Loomings');
      expect(passage.text).not.toMatch(/^Loomings/);
    }
    const bare = file('bare.txt', readFileSync(plain, 'utf8').replace(/^.*Loomings.*\n/u, ''));
    const without = await unspool(['stream', '--json', '--top', '2', bare]);
    for (const passage of found(without.stdout, 'passage')) expect(passage).not.toHaveProperty('chapter');
  });

  it('says of a damaged and of a protected EPUB what it is, in one line, and goes on', async () => {
    const cut = file('cut.epub', readFileSync(book).subarray(0, 20_000));
    const locked = file(
      'locked.epub',
      await epub([{ path: 'a.xhtml', body: 'a' }], {
        files: {
          'META-INF/encryption.xml':
            '<encryption><EncryptedData><EncryptionMethod Algorithm="aes"/><CipherData><CipherReference URI="OPS/a.xhtml"/>' +
            '</CipherData></EncryptedData></encryption>',
        },
      }),
    );
    const { stdout, stderr, code } = await unspool(['stream', '-q', '--top', '1', cut, locked, plain]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/page\.txt:\d+:/);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /cut\.epub: is a damaged EPUB: its list of files cannot be read, it may be cut off \(fetch it/,
      ),
      expect.stringMatching(/locked\.epub: is a protected EPUB \(DRM\): its text is encrypted \(only a copy/),
    ]);
  });

  it('tells how to read a PDF', async () => {
    const { stderr, code } = await unspool(['stream', file('paper.pdf', '%PDF-1.7\n')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /paper\.pdf: is a PDF, not text \(extract its text: pdftotext \S+paper\.pdf - \| unspool …\)\n$/,
    );
  });
});

describe('unspool analyze', () => {
  it('counts the text of a page as if it were a file of its own, and its source with --from text', async () => {
    const counts = async (...args: string[]): Promise<unknown> => {
      const { stdout } = await unspool(['analyze', '--json', ...args]);
      const [overview] = found(stdout, 'overview');
      return { ...overview, document: null };
    };
    expect(await counts(page)).toEqual(await counts(plain));
    expect(await counts('--from', 'text', page)).toMatchObject({ bytes: readFileSync(page).length, lines: 14 });
  });

  it('measures chunks of the text of a page', async () => {
    const args = ['analyze', '--perplexity', '--protocol', 'chunked', '--chunk', '256', '--json'];
    const [ofPage, ofText] = await Promise.all(
      [page, plain].map(async (path) => found((await unspool([...args, path])).stdout, 'document-end')[0]),
    );
    expect({ ...ofPage, document: null }).toEqual({ ...ofText, document: null });
  });

  it('names the chapter of surprising lines, in the list, in JSON, in a table and on a page', async () => {
    const [csv, report] = [file('lines.csv', ''), file('report.html', '')];
    const args = ['analyze', '--surprise', '--top', '3', '--limit', '8kB', book];
    const { stdout } = await unspool([...args, '-q', '--csv', csv, '--report', report]);
    for (const line of stdout.trimEnd().split('\n'))
      expect(line).toMatch(/^\S+moby-dick\.epub:\d+: \d\.\d+ .* {2}\[tokens: .*; CHAPTER 1\. Loomings\.\]$/);
    const [header, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
    expect(header).toBe('document.index,document.name,line,chapter,natsPerToken,tokens,text');
    for (const row of rows) expect(row).toMatch(/^0,\S+moby-dick\.epub,\d+,CHAPTER 1\. Loomings\.,/);
    expect(readFileSync(report, 'utf8').match(/<td class="words">CHAPTER 1\. Loomings\.<\/td>/g)).toHaveLength(3);
    for (const { chapter } of found((await unspool([...args, '--json'])).stdout, 'surprising-line'))
      expect(chapter).toBe('CHAPTER 1. Loomings.');
  });
});

describe('--encoding', () => {
  const quoted = file('old.txt', Buffer.from('\x93Caf\xe9\x94\n'.repeat(40), 'latin1'));

  it('reads an older encoding, in every command', async () => {
    const { stdout } = await unspool(['stream', '-q', '--top', '1', '--encoding', 'windows-1252', quoted]);
    expect(stdout).toContain('“Café”');
    const counted = await unspool(['analyze', '--json', '--encoding', 'CP1252', quoted]);
    expect(found(counted.stdout, 'overview')).toMatchObject([{ bytes: 280, characters: 280, invalidBytes: 0 }]);
    const guessed = await unspool(['analyze', quoted]);
    expect(guessed.stderr).toMatch(
      /old\.txt: is binary, not text \(if it is text in another encoding, name that: --enc/,
    );
  });

  it('refuses a name that nobody knows, before anything is read', async () => {
    for (const command of ['stream', 'analyze']) {
      const { stdout, stderr, code } = await unspool([command, '--encoding', 'klingon', '/no/such/file']);
      expect([stdout, code]).toEqual(['', 2]);
      expect(stderr).toBe(
        'unspool: unknown encoding: klingon (windows-1252, iso-8859-2, koi8-r, shift_jis, gb18030 … as the WHATWG ' +
          'Encoding Standard names them; for others: iconv -t UTF-8 FILE | unspool …)\n',
      );
    }
  });

  it('takes only known formats with --from', async () => {
    const { stderr, code } = await unspool(['stream', '--from', 'pdf', quoted]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--from .*Give text or html or epub/);
  });
});
