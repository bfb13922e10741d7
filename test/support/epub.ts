// Builds EPUBs.

import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface Page {
  /** In the package's folder; what is behind a # is no part of the file's name. */
  readonly path: string;
  /** Body of the page; a whole page where it starts with `<?xml`. */
  readonly body: string;
}

export interface BookOptions {
  /** EPUB 3 table of contents: targets and titles. */
  readonly nav?: readonly (readonly [target: string, title: string])[];
  /** EPUB 2 table of contents. */
  readonly ncx?: readonly (readonly [target: string, title: string])[];
  /** Replaces or adds files; null leaves one out. */
  readonly files?: Readonly<Record<string, string | Buffer | null>>;
}

/** An EPUB with these pages, in `OPS/`. */
export async function epub(pages: readonly Page[], { nav, ncx, files = {} }: BookOptions = {}): Promise<Buffer> {
  const item = (id: string, href: string, type: string, more = ''): string =>
    `<item id="${id}" href="${encodeURI(href)}" media-type="${type}"${more}/>`;
  const all: Record<string, string | Buffer | null> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>' +
      '<rootfile full-path="OPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'OPS/package.opf':
      `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>` +
      pages.map(({ path }, index) => item(`p${index}`, path, 'application/xhtml+xml')).join('') +
      (nav ? item('nav', 'nav.xhtml', 'application/xhtml+xml', ' properties="nav"') : '') +
      (ncx ? item('ncx', 'toc.ncx', 'application/x-dtbncx+xml') : '') +
      `</manifest><spine toc="ncx">${pages.map((_, index) => `<itemref idref="p${index}"/>`).join('')}</spine></package>`,
    ...Object.fromEntries(
      pages.map(({ path, body }) => [`OPS/${path}`, body.startsWith('<?xml') ? body : xhtml(body)]),
    ),
    ...(nav && {
      'OPS/nav.xhtml': xhtml(
        `<nav epub:type="landmarks"><a href="no.xhtml">no</a></nav><nav epub:type="toc"><ol>` +
          `${nav.map(([target, title]) => `<li><a href="${target}">${title}</a></li>`).join('')}</ol></nav>`,
      ),
    }),
    ...(ncx && {
      'OPS/toc.ncx':
        `<?xml version="1.0"?><ncx:ncx xmlns:ncx="http://www.daisy.org/z3986/2005/ncx/"><ncx:navMap>` +
        ncx
          .map(
            ([target, title]) =>
              `<ncx:navPoint><ncx:navLabel><ncx:text>${title}</ncx:text></ncx:navLabel><ncx:content src="${target}"/>`,
          )
          .join('') +
        `${'</ncx:navPoint>'.repeat(ncx.length)}</ncx:navMap></ncx:ncx>`,
    }),
    ...files,
  };
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(all)) {
    if (content !== null) archive.addBuffer(Buffer.from(content), name, { compress: name !== 'mimetype' });
  }
  archive.end();
  return buffer(archive.outputStream);
}

function xhtml(body: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" ' +
    `xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>${body}</body></html>`
  );
}
