// What an EPUB says of itself: which pages it has, in which order, and the titles of its chapters.
import { posix } from 'node:path';
import { DomUtils, parseDocument } from 'htmlparser2';
import { Decoder } from '../encodings/decoding.js';
import { detectEncoding } from '../encodings/encodings.js';
import { damagedBook, protectedBook } from '../failures.js';
import { declaredEncoding } from '../html/head.js';
import type { ZipArchive } from './zip.js';

type Nodes = Parameters<typeof DomUtils.findAll>[1];
type Element = ReturnType<typeof DomUtils.findAll>[number];

/** Parts of a package other than its pages are read whole. */
const largestPart = 16 * 2 ** 20;
const containerPath = 'META-INF/container.xml';
const encryptionPath = 'META-INF/encryption.xml';
const pageTypes = ['application/xhtml+xml', 'text/html', 'text/x-oeb1-document'];
/** What hides fonts from copying, and no text (EPUB 3.3, section 4.4). */
const fontAlgorithms = ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'];

export interface Book {
  /** Paths in the archive, in reading order, each once. */
  readonly pages: readonly string[];
  /** By page, and there by the id of the element where the chapter begins; '' is the page's start. */
  readonly titles: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export async function readPackage(archive: ZipArchive, name: string): Promise<Book> {
  const xml = async (path: string): Promise<Nodes> => parse(await archive.read(path, largestPart), name);
  const [root] = named(await xml(containerPath), 'rootfile');
  const path = root?.attribs['full-path'];
  if (path === undefined) throw damagedBook(name, `${containerPath} names no package`);
  const opf = await xml(path);
  const items = named(opf, 'item').map(({ attribs }) => ({
    id: attribs.id,
    path: resolve(path, attribs.href ?? '').path,
    type: attribs['media-type'] ?? '',
    properties: attribs.properties?.split(/\s+/) ?? [],
  }));
  const spine = named(opf, 'itemref').map(({ attribs }) => items.find(({ id }) => id === attribs.idref));
  const pages = [
    ...new Set(spine.flatMap((item) => (item !== undefined && pageTypes.includes(item.type) ? [item.path] : []))),
  ];
  if (pages.length === 0) throw damagedBook(name, `${path} names no pages`);
  const encrypted = archive.has(encryptionPath) ? encryptedPaths(await xml(encryptionPath)) : [];
  if (pages.some((page) => encrypted.includes(page))) throw protectedBook(name);

  const contents = items.find(({ properties }) => properties.includes('nav'));
  const ncxId = named(opf, 'spine')[0]?.attribs.toc;
  const ncx = items.find(({ id, type }) => id === ncxId || type === 'application/x-dtbncx+xml');
  const titles = new Map<string, Map<string, string>>();
  for (const [part, entriesOf] of [
    [contents, navEntries],
    [ncx, ncxEntries],
  ] as const) {
    if (part === undefined || titles.size > 0 || !archive.has(part.path)) continue;
    for (const { target, title } of entriesOf(await xml(part.path))) {
      const { path: page, id } = resolve(part.path, target);
      if (title === '') continue;
      titles.set(page, (titles.get(page) ?? new Map<string, string>()).set(id, title));
    }
  }
  return { pages, titles };
}

interface ContentsEntry {
  readonly target: string;
  readonly title: string;
}

/** EPUB 3: links in the table of contents. */
function navEntries(nodes: Nodes): ContentsEntry[] {
  const navs = named(nodes, 'nav');
  const contents = navs.find(({ attribs }) => /\btoc\b/.test(attribs['epub:type'] ?? '')) ?? navs[0];
  const links = contents === undefined ? [] : named(contents.children, 'a');
  return links.map((link) => ({ target: link.attribs.href ?? '', title: textOf(link) }));
}

/** EPUB 2. */
function ncxEntries(nodes: Nodes): ContentsEntry[] {
  return named(nodes, 'navPoint').map(({ children }) => {
    // Its own come before those of the entries below it.
    const [label] = named(children, 'navLabel');
    const [content] = named(children, 'content');
    return { target: content?.attribs.src ?? '', title: label === undefined ? '' : textOf(label) };
  });
}

function encryptedPaths(nodes: Nodes): string[] {
  return named(nodes, 'EncryptedData')
    .filter(({ children }) => {
      const algorithm = named(children, 'EncryptionMethod')[0]?.attribs.Algorithm ?? '';
      return !fontAlgorithms.includes(algorithm);
    })
    .flatMap(({ children }) => named(children, 'CipherReference'))
    .map(({ attribs }) => resolve('', attribs.URI ?? '').path);
}

function parse(bytes: Buffer, name: string): Nodes {
  const { encoding, markBytes } = detectEncoding(bytes, declaredEncoding(bytes, name));
  const decoder = new Decoder(encoding, 0);
  const runs = [...decoder.push(bytes.subarray(markBytes)), ...decoder.end()];
  return parseDocument(runs.map(({ text }) => text).join(''), { xmlMode: true }).children;
}

/** All elements of a name, whatever their namespace's prefix, in document order. */
function named(nodes: Nodes, name: string): Element[] {
  return DomUtils.findAll((element) => localName(element) === name, nodes);
}

function localName({ name }: Element): string {
  return name.slice(name.indexOf(':') + 1);
}

function textOf(element: Element): string {
  return DomUtils.textContent(element).replace(/\s+/g, ' ').trim();
}

/** A reference in the file `from`, as a path in the archive and the id behind its #. */
function resolve(from: string, reference: string): { path: string; id: string } {
  const [path = '', id = ''] = reference.split('#', 2).map(decoded);
  return { path: path === '' ? from : posix.join(posix.dirname(from), path), id };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
