// The text of HTML: what becomes of its elements, its encoding, its chapters, and damage.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { describe, expect, it } from 'vitest';
import { openDocument, type OpenDocumentOptions } from '../../../src/documents/open.js';
import { asUnspoolError, cut, readAll, sum, temporaryFolder } from '../support.js';

const write = temporaryFolder();

async function read(
  html: string | Buffer,
  options: OpenDocumentOptions = {},
): Promise<Awaited<ReturnType<typeof readAll>> & { readonly chapterAt: (line: number) => string | null | undefined }> {
  const document = openDocument(Readable.from([Buffer.from(html)]), options);
  return { ...(await readAll(document)), chapterAt: (line) => document.chapterAt?.(line) };
}

async function textOfBody(body: string): Promise<string> {
  return (await read(`<!doctype html><title>Not text</title><body>${body}`)).text;
}

describe('the text of a page', () => {
  it.each([
    ['paragraphs', '<p>One\n  two <b>th</b>ree.</p><p>Four.</p>', 'One two three.\n\nFour.\n'],
    ['space between elements', '<p>a <i> b</i> c</p><p> d<i>e</i>f </p>', 'a b c\n\ndef\n'],
    ['text around blocks', 'one<div>two</div>three', 'one\n\ntwo\n\nthree\n'],
    ['empty blocks', '<p>one</p><p></p><div><p>&nbsp;</p></div><p>two</p>', 'one\n\ntwo\n'],
    ['headings', '<h1>A\n<br>title</h1>text<h3>b</h3>', 'A\ntitle\n\ntext\n\nb\n'],
    ['line breaks', 'one<br>two<br/><br>three<br><br><br>four', 'one\ntwo\n\nthree\n\nfour\n'],
    ['entities', 'caf&eacute; &amp; &#x1F40B; &lt;b&gt; &hellip;', 'café & 🐋 <b> …\n'],
    ['no-break space and soft hyphen', 'a&nbsp;b c&shy;d', 'a\u00a0b c\u00add\n'],
    ['a list', '<p>a</p><ul><li>b<li><p>c</p></ul>d', 'a\n\n- b\n- c\n\nd\n'],
    ['a numbered list', '<ol start=3><li>c<li value=7>d<li>e</ol>', '3. c\n7. d\n8. e\n'],
    ['lists in lists', '<ul><li>a<ul><li>b</ul><li>c</ul>', '- a\n  - b\n- c\n'],
    ['items of several paragraphs', '<ul><li><p>a</p><p>b</p><li>c</ul>', '- a\n\n  b\n\n- c\n'],
    ['definitions', '<dl><dt>a<dd>b<dt>c<dd>d</dl>', 'a\nb\n\nc\nd\n'],
    ['a table', '<table><tr><th>a<th>b<tr><td>1<td><p>2</p><tr><td><td>4</table>after', 'a | b\n1 | 2\n| 4\n\nafter\n'],
    ['cells of several paragraphs', '<table><tr><td><p>a</p><p>b</p></td><td>c</table>', 'a\n\nb\n\nc\n'],
    ['preformatted text', 'a<pre>\n  b\n\n\n c  d\n</pre>e', 'a\n\n  b\n\n\n c  d\n\ne\n'],
    ['quotations', 'He said <q>so it is</q>.', 'He said “so it is”.\n'],
    ['ruby', '<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby>', '漢(kan)字(ji)\n'],
    ['powers and ordinals', '10<sup>6</sup>, the 1<sup>st</sup>, H<sub>2</sub>O', '10^6, the 1st, H2O\n'],
    ['notes', 'a<a href="#n1"><sup>1</sup></a> b<sup><a href="#n2">2</a></sup>.', 'a[1] b[2].\n'],
    ['notes in brackets', 'a<sup><a href="#n1"><span>[</span>1<span>]</span></a></sup> b', 'a[1] b\n'],
    ['notes of EPUB', 'a<a epub:type="noteref" href="n.html#1">*</a>', 'a[*]\n'],
    ['images', '<img src=x><img alt="a whale"> <img alt="[Note]">', '[a whale] [Note]\n'],
    [
      'what nobody reads',
      '<nav>a</nav><script>b</script><style>c</style><p hidden>d</p>e<template>f</template>',
      'e\n',
    ],
    ['menus', '<div role="navigation"><ul><li>a</ul></div>b', 'b\n'],
    ['comments and CDATA', 'a<!-- b --><![CDATA[c]]>d', 'ad\n'],
    ['a control character', 'a&#27;[31mb', 'ab\n'],
    ['line ends of Windows', '<pre>a\r\nb\rc</pre>', 'a\nb\nc\n'],
  ])('has %s', async (_, body, text) => {
    expect(await textOfBody(body)).toBe(text);
  });

  it('is told from plain text by its first words', async () => {
    const page = '<html><p>text';
    for (const head of ['', '\uFEFF', ' \n', '<?xml version="1.0"?>\n', '<!-- a --> <!-- b -->', '<!DOCTYPE html>'])
      expect((await read(head + page)).text).toBe('text\n');
    for (const text of ['<p>text', 'see <html>', '<htmlx>', '<!doctype book>', '<!-- <html> --> text'])
      expect((await read(text)).text).toBe(text);
  });

  it('is its source with `from: text`, and any text with tags is HTML with `from: html`', async () => {
    const page = '<!doctype html><p>a';
    expect(await read(page, { from: 'text' })).toMatchObject({ text: page, error: undefined });
    expect(await read('<p>a<p>b', { from: 'html' })).toMatchObject({ text: 'a\n\nb\n' });
    const { error } = await read('1 < 2', { from: 'html' });
    expect(asUnspoolError(error)).toMatchObject({ code: 'document-no-html', hint: 'leave out --from html' });
  });

  it('counts its own lines and bytes', async () => {
    const { chunks } = await read('<!doctype html>\n\n\n<p>é\n<p>two');
    expect(chunks.map(({ text, byte, line }) => [text, byte, line])).toEqual([
      ['é\n\ntwo', 0, 1],
      ['\n', 7, 3],
    ]);
    expect(chunks.at(-1)?.endByte).toBe(8);
  });

  it('is cut off by a limit on its bytes', async () => {
    const page = `<!doctype html>${'<p>word</p>'.repeat(100_000)}`;
    expect((await read(page, { limitBytes: 10 })).text).toBe('word\n\nword');
  });

  it('is left as it is with `raw`, but for the final line feed', async () => {
    expect((await read('<!doctype html><p>a&#27;b', { raw: true })).text).toBe('a\x1bb');
  });

  it('lets XHTML have empty elements of any kind', async () => {
    const xhtml =
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a"/></head>';
    expect((await read(`${xhtml}<body><p>a<b/>c<![CDATA[<d>]]></p></body></html>`)).text).toBe('ac<d>\n');
  });

  it('tells its progress in bytes of text, with an estimate of all', async () => {
    const page = `<!doctype html>${'<p class="a-long-name">word</p>'.repeat(50_000)}`;
    const document = openDocument(write('progress.html', page));
    const progress: [number, number | undefined][] = [];
    let endByte = 0;
    for await (const chunk of document.chunks()) {
      ({ endByte } = chunk);
      progress.push([document.progress.bytes, document.progress.totalBytes]);
    }
    expect(endByte).toBe(50_000 * 6 - 1);
    expect(document.progress).toEqual({ bytes: endByte, totalBytes: endByte });
    for (const [bytes, total] of progress.slice(3)) {
      expect(bytes).toBeLessThanOrEqual(endByte);
      expect(total).toBeGreaterThan(endByte * 0.8);
      expect(total).toBeLessThan(endByte * 1.2);
    }
  });
});

describe('the encoding of a page', () => {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

  it.each([
    ['is UTF-8', Buffer.from('<html>é'), {}, 'é\n'],
    ['is what a meta element says', latin1('<html><meta charset="ISO-8859-1">\xe9\x93'), {}, 'é“\n'],
    [
      'is what its older form says',
      latin1('<html><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=koi8-r">\xcb'),
      {},
      'к\n',
    ],
    ['is what an XML declaration says', latin1('<?xml version="1.0" encoding="iso-8859-2"?><html>\xb1'), {}, 'ą\n'],
    ['is UTF-8 where a page says UTF-16 in ASCII', Buffer.from('<html><meta charset=utf-16>é'), {}, 'é\n'],
    ['is UTF-8 where nobody knows the name', Buffer.from('<html><meta charset=klingon>é'), {}, 'é\n'],
    ['is what the user says', latin1('<html><meta charset=utf-8>\xe9'), { encoding: 'latin1' }, 'é\n'],
    ['is what a byte order mark says', Buffer.from('\uFEFF<html><meta charset=koi8-r>é', 'utf16le'), {}, 'é\n'],
  ])('%s', async (_, page, options, text) => {
    const result = await read(page, options);
    expect(result.text).toBe(text);
    expect(sum(result.chunks, 'invalidBytes')).toBe(0);
  });

  it('has its invalid bytes counted, wherever they are', async () => {
    const { text, chunks } = await read(latin1('<html><title>\xe9</title><p>\xe9\xe9 b<script>\xe9'));
    expect(text).toBe('\uFFFD\uFFFD b\n');
    expect(sum(chunks, 'invalidBytes')).toBe(4);
  });

  it('that cannot be decoded is one error', async () => {
    const { error } = await read('<html><meta charset="iso-2022-jp">');
    expect(asUnspoolError(error)).toMatchObject({
      code: 'document-encoding',
      message: '<stdin>: is in ISO-2022-JP, which cannot be decoded',
      hint: 'convert it: iconv -f iso-2022-jp -t UTF-8 FILE | unspool …',
    });
  });
});

describe('the chapters of a page', () => {
  it('are its first and second level headings', async () => {
    const page = '<html>a<h1>One <b>two</b>\n<sup><a href="#n">1</a></sup></h1><p>b<h3>c</h3><h2></h2><h2>Three</h2>d';
    const { text, chapterAt } = await read(page);
    const lines = text.split('\n');
    const chapterOf = (start: string): unknown => chapterAt(lines.findIndex((line) => line.startsWith(start)) + 1);
    expect(chapterOf('a')).toBe(null);
    for (const line of ['One', 'b', 'c']) expect(chapterOf(line)).toBe('One two');
    for (const line of ['Three', 'd']) expect(chapterOf(line)).toBe('Three');
  });

  it('have titles of bounded length', async () => {
    const { chapterAt } = await read(`<html><h1>${'🐋'.repeat(5000)}`);
    expect(Array.from(chapterAt(1) ?? '')).toHaveLength(200);
    expect(chapterAt(1)).toMatch(/^🐋+…$/u);
  });

  it('are none of plain text', async () => {
    expect((await read('text')).chapterAt(1)).toBe(undefined);
  });
});

const element = fc.constantFrom(
  'p',
  'div',
  'b',
  'span',
  'ul',
  'li',
  'h1',
  'table',
  'tr',
  'td',
  'pre',
  'q',
  'sup',
  'br',
);
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('word', ' ', '\n', 'é', '日本', '😀', '&amp;', '&nbsp;', '\r\n', '<', '& ') },
  element.map((name) => `<${name}>`),
  element.map((name) => `</${name}>`),
  fc.constantFrom('<a href="#x">', '</a>', '<img alt="x">', '<!-- c -->', '<script>s</script>', '<nav>', '</nav>'),
);
const pages = fc.array(piece, { maxLength: 40 }).map((parts) => `<!doctype html><body>${parts.join('')}`);

describe('any page', () => {
  it('has the same text and chapters wherever its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(pages, fc.array(fc.nat({ max: 400 }), { maxLength: 20 }), async (page, places) => {
        const whole = await read(page);
        const document = openDocument(Readable.from(cut(Buffer.from(page), places)));
        const inPieces = await readAll(document);
        expect(inPieces.text).toBe(whole.text);
        const lines = Array.from(whole.text.split('\n').keys(), (line) => line + 1);
        expect(lines.map((line) => document.chapterAt?.(line))).toEqual(lines.map((line) => whole.chapterAt(line)));
      }),
      { numRuns: 300 },
    );
  });

  it('never has two blank lines in a row outside of preformatted text, nor space at the end of lines', async () => {
    await fc.assert(
      fc.asyncProperty(pages, async (page) => {
        const { text } = await read(page.replaceAll('pre>', 'p>'));
        expect(text).not.toMatch(/\n\n\n|^\n|[ \n]\n$/);
        expect(text === '' || text.endsWith('\n')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('has the words of its tree, in their order', async () => {
    const words = fc.constantFrom('one', 'two', 'three', 'é', '日本', '😀');
    const inline = fc.array(words, { minLength: 1, maxLength: 5 }).map((list) => list.join(' '));
    const block = fc
      .tuple(fc.constantFrom('p', 'div', 'h2', 'pre', 'section', 'script', 'nav', 'style', 'blockquote'), inline)
      .map(([name, text]) => `<${name}>${text} <em>${text}</em> &amp; ${text}</${name}>`);
    await fc.assert(
      fc.asyncProperty(fc.array(block), async (blocks) => {
        const page = `<!doctype html><title>no</title><body>${blocks.join('\n')}`;
        const { text } = await read(page);
        expect(text.split(/\s+/).filter(Boolean)).toEqual(treeText(parse(page)).split(/\s+/).filter(Boolean));
      }),
    );
  });
});

/** The text of a tree, by a walk of it. */
function treeText(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node) return node.value;
  if (['script', 'style', 'nav', 'title'].includes(node.nodeName) || !('childNodes' in node)) return '';
  return `${node.childNodes.map(treeText).join('')}${'tagName' in node && node.tagName !== 'em' ? ' ' : ''}`;
}

describe('a damaged page', () => {
  it('that is cut off gives the text so far', async () => {
    const failing = Readable.from(
      (function* () {
        yield Buffer.from('<!doctype html><p>before</p><p>aft');
        throw new Error('gone');
      })(),
    );
    const { text, error } = await readAll(openDocument(failing));
    expect(text).toBe('before\n\naft');
    expect(error).toMatchObject({ message: 'gone' });
  });

  it('with a comment without an end is refused where it gets too long to keep', async () => {
    const pieces = (function* () {
      yield Buffer.from('<!doctype html><p>text<!-- ');
      for (let piece = 0; piece < 1200; piece += 1) yield Buffer.alloc(64 * 1024, 'x');
    })();
    const { text, error } = await readAll(openDocument(Readable.from(pieces)));
    expect(text).toBe('text');
    expect(asUnspoolError(error)).toMatchObject({
      message: '<stdin>: has a comment or a tag of more than 64 MiB',
      hint: 'read its source with --from text',
    });
  });

  it('that holds no text is binary', async () => {
    const path = write('page.html', Buffer.from('%PDF-1.7\n<html>'));
    for (const options of [{}, { from: 'html' }] as const) {
      const { error } = await readAll(openDocument(path, options));
      expect(asUnspoolError(error)).toMatchObject({ code: 'document-binary', message: `${path}: is a PDF, not text` });
    }
  });

  it('is not followed', async () => {
    const { error } = await readAll(openDocument(write('followed.html', '<html>a'), { follow: true }));
    expect(asUnspoolError(error)).toMatchObject({ code: 'follow-pages' });
    expect(asUnspoolError(error).message).toMatch(/is HTML, and cannot be followed$/);
  });
});
