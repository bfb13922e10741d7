// What is refused as binary, what passes, and what the hint says.
import { describe, expect, it } from 'vitest';
import { HEAD_BYTES, looksLikeText, recogniseBinary } from '../../../src/documents/encodings/binary.js';
import { formatOf, type DocumentFormat } from '../../../src/documents/formats.js';
import { openDocument } from '../../../src/documents/open.js';
import { peek } from '../../../src/documents/input/peek.js';
import { asUnspoolError, readAll, temporaryFolder } from '../support.js';

const write = temporaryFolder();

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function tarHead(magic: string): Buffer {
  const head = Buffer.alloc(512);
  head.write('notes.txt', 0);
  head.write(magic, 257, 'latin1');
  return head;
}

/** The first entry of an EPUB or OpenDocument file is its stored media type (OCF 3.3, section 4.3). */
function zipHead(firstEntry: string): Buffer {
  return Buffer.concat([latin1('PK\x03\x04'), Buffer.alloc(26), latin1(firstEntry)]);
}

describe('known formats', () => {
  it.each([
    ['a PDF', latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), 'pdftotext FILE - | unspool …'],
    ['a Word document', zipHead('[Content_Types].xml word/document.xml'), 'pandoc -t plain FILE'],
    ['an OpenDocument text', zipHead('mimetypeapplication/vnd.oasis.opendocument.text'), 'pandoc'],
    ['a ZIP archive', zipHead('notes.txt'), 'unzip -p FILE | unspool …'],
    ['an old Word document', latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), 'antiword FILE'],
    ['a GGUF model', latin1('GGUF\x03\0\0\0'), '--model FILE'],
    ['xz data', latin1('\xfd7zXZ\0\0\x04'), 'xz -dc FILE | unspool …'],
    ['bzip2 data', latin1('BZh91AY&SY'), 'bzip2 -dc FILE'],
    ['zstd data', latin1('\x28\xb5\x2f\xfd\x04'), 'zstd -dc FILE | unspool …'],
    ['LZ4 data', latin1('\x04\x22\x4d\x18'), 'lz4 -dc FILE'],
    ['a 7z archive', latin1('7z\xbc\xaf\x27\x1c'), '7z x -so FILE'],
    ['a RAR archive', latin1('Rar!\x1a\x07\x01\0'), 'unrar p -inul FILE'],
    ['a tar archive', tarHead('ustar\x0000'), 'tar -xOf FILE'],
    ['a tar archive', tarHead('ustar  \0'), 'tar -xOf FILE'],
    ['a PNG image', latin1('\x89PNG\r\n\x1a\n'), 'tesseract FILE -'],
    ['a JPEG image', latin1('\xff\xd8\xff\xe0'), 'tesseract FILE -'],
    ['a GIF image', latin1('GIF89a'), 'tesseract FILE -'],
    ['a WebP image', latin1('RIFF\x24\0\0\0WEBPVP8 '), 'tesseract FILE -'],
    ['a TIFF image', latin1('II*\0'), 'tesseract FILE -'],
    ['an SQLite database', latin1('SQLite format 3\0'), 'sqlite3 FILE .dump'],
    ['a Parquet file', latin1('PAR1\x15\x04'), 'CSV or JSON lines'],
    ['an HDF5 file', latin1('\x89HDF\r\n\x1a\n'), 'CSV or JSON lines'],
    ['a NumPy array', latin1('\x93NUMPY\x01'), 'CSV or JSON lines'],
    ['an ELF executable', latin1('\x7fELF\x02'), 'strings FILE'],
    ['a Mach-O executable', latin1('\xcf\xfa\xed\xfe'), 'strings FILE'],
    ['UTF-32', latin1('\xff\xfe\0\0a\0\0\0'), 'iconv -f UTF-32 -t UTF-8 FILE'],
  ])('recognises %s', (what, magic, hint) => {
    // Text after the magic number: only the number gives it away.
    const found = recogniseBinary(Buffer.concat([magic, Buffer.from(' and plain text'.repeat(100))]));
    expect(found?.what).toBe(what);
    expect(found?.hint).toContain(hint);
  });

  it('takes words that only begin like one for text', () => {
    for (const text of ['GGUF is a format.', 'PAR1 and PAR2', 'BZh is no word', 'RIFF, a format', 'PK\n', 'II*']) {
      expect(recogniseBinary(Buffer.from(text))).toBeUndefined();
    }
  });
});

describe('shares of the head', () => {
  const prose = 'It was the best of times, it was the worst of times.\n'.repeat(100);

  it('refuse more than 10% control characters', () => {
    expect(looksLikeText(Buffer.from('\x01'.repeat(10) + 'a'.repeat(90)))).toBe(true);
    expect(looksLikeText(Buffer.from('\x01'.repeat(11) + 'a'.repeat(89)))).toBe(false);
  });

  it('do not count what terminals and printers use', () => {
    expect(looksLikeText(Buffer.from('\t\n\r\f\b\x1b'))).toBe(true);
    for (const control of ['\0', '\x07', '\x0b', '\x0e', '\x1a', '\x1c', '\x7f']) {
      expect(looksLikeText(Buffer.from(control))).toBe(false);
    }
  });

  it('refuse more than 30% invalid UTF-8', () => {
    const withInvalid = (count: number): Buffer =>
      Buffer.concat([Buffer.alloc(count, 0xff), Buffer.alloc(100 - count, 'a')]);
    expect(looksLikeText(withInvalid(30))).toBe(true);
    expect(looksLikeText(withInvalid(31))).toBe(false);
  });

  it('pass Latin-1 prose, a log with a run of NULs, and a head that ends within a character', () => {
    expect(looksLikeText(latin1(prose.replaceAll('o', 'ö')))).toBe(true);
    expect(looksLikeText(Buffer.from(prose + '\0'.repeat(500) + prose))).toBe(true);
    expect(looksLikeText(Buffer.from('日').subarray(0, 2))).toBe(true);
  });

  it('pass UTF-16 text with a byte order mark, and refuse noise after one', () => {
    expect(looksLikeText(Buffer.from(`\uFEFF${prose}`, 'utf16le'))).toBe(true);
    const withControls = (count: number): Buffer =>
      Buffer.from('\uFEFF' + '\x01'.repeat(count) + 'a'.repeat(99 - count), 'utf16le');
    expect(looksLikeText(withControls(10))).toBe(true);
    expect(looksLikeText(withControls(11))).toBe(false);
  });

  it('tell UTF-16 without a byte order mark and its byte order', () => {
    const littleEndian = Buffer.from(prose.replaceAll('best', '“bést”'), 'utf16le');
    expect(recogniseBinary(littleEndian)?.hint).toBe('name it: --encoding utf-16le');
    expect(recogniseBinary(littleEndian.swap16())?.hint).toBe('name it: --encoding utf-16be');
  });

  it('do not take zeros in all places for UTF-16', () => {
    expect(recogniseBinary(Buffer.alloc(1000))?.what).toBe('binary');
  });
});

describe('a binary document', () => {
  it('is refused before any text, by its name', async () => {
    const path = write('annual report.pdf', '%PDF-1.4\n' + 'text\n'.repeat(50_000));
    const { chunks, error } = await readAll(openDocument(path));
    expect(chunks).toEqual([]);
    expect(asUnspoolError(error)).toMatchObject({
      code: 'document-binary',
      message: `${path}: is a PDF, not text`,
      hint: `extract its text: pdftotext '${path}' - | unspool …`,
    });
  });

  it('is told by all of the first 64 KiB', async () => {
    const start = Buffer.alloc(50_000, 'text\n');
    const refused = await readAll(openDocument(write('late.bin', Buffer.concat([start, Buffer.alloc(15_000)]))));
    expect(refused.chunks).toEqual([]);
    expect(asUnspoolError(refused.error)).toMatchObject({ code: 'document-binary' });
    const passed = await readAll(openDocument(write('later.log', Buffer.concat([start, start, Buffer.alloc(15_000)]))));
    expect(passed.error).toBeUndefined();
    expect(passed.text).toHaveLength(100_000);
  });

  it('lets go of what it was read from', async () => {
    let isOpen = true;
    const pieces = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) yield await Promise.resolve(Buffer.alloc(1000));
      } finally {
        isOpen = false;
      }
    };
    const judge = (head: Buffer): DocumentFormat =>
      formatOf(head, { from: undefined, named: undefined, name: 'zeros', follow: false });
    await expect(peek(pieces(), HEAD_BYTES, judge)).rejects.toMatchObject({ code: 'document-binary' });
    expect(isOpen).toBe(false);
  });

  it('is refused also under a small limit', async () => {
    const { error } = await readAll(openDocument(write('image.png', latin1('\x89PNG\r\n\x1a\n')), { limitBytes: 2 }));
    expect(asUnspoolError(error).code).toBe('document-binary');
  });
});
