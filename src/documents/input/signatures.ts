// Files that are not text, told by their first bytes, and what to do with each.
import type { NotText } from '../failures.js';

type Matcher = (head: Buffer) => boolean;

const PANDOC = pipeHint('convert it', 'pandoc -t plain FILE');
const OCR = pipeHint('if it shows text', 'tesseract FILE -');
const STRINGS = pipeHint('to read what text it has', 'strings FILE');
const EXPORT = 'export it as text first, for example as CSV or JSON lines';

/** The first match counts: the special kinds of ZIP stand before ZIP. Magic numbers are Latin-1. */
const SIGNATURES: readonly (readonly [what: string, matches: Matcher, hint: string])[] = [
  ['a PDF', starts('%PDF-'), pipeHint('extract its text', 'pdftotext FILE -')],
  ['a Word document', zipWith('word/'), PANDOC],
  ['an OpenDocument text', zipWith('application/vnd.oasis.opendocument.text'), PANDOC],
  ['a ZIP archive', starts('PK\x03\x04'), pipeHint('unpack it', 'unzip -p FILE')],
  ['an old Word document', starts('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), pipeHint('convert it', 'antiword FILE')],
  ['a GGUF model', both(starts('GGUF'), at(5, '\0\0\0')), 'name the model with --model FILE, and a document to read'],
  ['xz data', starts('\xfd7zXZ\0'), pipeHint('decompress it', 'xz -dc FILE')],
  ['bzip2 data', both(starts('BZh'), at(4, '1AY&SY')), pipeHint('decompress it', 'bzip2 -dc FILE')],
  ['zstd data', starts('\x28\xb5\x2f\xfd'), pipeHint('decompress it', 'zstd -dc FILE')],
  ['LZ4 data', starts('\x04\x22\x4d\x18'), pipeHint('decompress it', 'lz4 -dc FILE')],
  ['a 7z archive', starts('7z\xbc\xaf\x27\x1c'), pipeHint('unpack it', '7z x -so FILE')],
  ['a RAR archive', starts('Rar!\x1a\x07'), pipeHint('unpack it', 'unrar p -inul FILE')],
  ['a tar archive', either(at(257, 'ustar\0'), at(257, 'ustar  \0')), pipeHint('unpack it', 'tar -xOf FILE')],
  ['a PNG image', starts('\x89PNG\r\n\x1a\n'), OCR],
  ['a JPEG image', starts('\xff\xd8\xff'), OCR],
  ['a GIF image', either(starts('GIF87a'), starts('GIF89a')), OCR],
  ['a WebP image', both(starts('RIFF'), at(8, 'WEBPVP8')), OCR],
  ['a TIFF image', either(starts('II*\0'), starts('MM\0*')), OCR],
  ['an SQLite database', starts('SQLite format 3\0'), pipeHint('export it', 'sqlite3 FILE .dump')],
  ['a Parquet file', starts('PAR1\x15'), EXPORT],
  ['an HDF5 file', starts('\x89HDF\r\n\x1a\n'), EXPORT],
  ['a NumPy array', starts('\x93NUMPY'), EXPORT],
  ['an ELF executable', starts('\x7fELF'), STRINGS],
  ['a Mach-O executable', starts('\xcf\xfa\xed\xfe'), STRINGS],
  [
    'UTF-32',
    either(starts('\xff\xfe\0\0'), starts('\0\0\xfe\xff')),
    pipeHint('convert it', 'iconv -f UTF-32 -t UTF-8 FILE'),
  ],
];

export const isZip = starts('PK\x03\x04');

/** The media type is the first entry of an EPUB; archivers that do not know about that put the container first. */
export const isEpub = either(zipWith('application/epub+zip'), zipWith('META-INF/container.xml'));

export function recognise(head: Buffer): NotText | undefined {
  const found = SIGNATURES.find(([, matches]) => matches(head));
  return found && { what: found[0], hint: found[2] };
}

/** A hint that names a command whose output can be read instead. */
export function pipeHint(purpose: string, command: string): string {
  return `${purpose}: ${command} | unspool …`;
}

function at(offset: number, magic: string): Matcher {
  return (head) => head.toString('latin1', offset, offset + magic.length) === magic;
}

function starts(magic: string): Matcher {
  return at(0, magic);
}

function both(one: Matcher, other: Matcher): Matcher {
  return (head) => one(head) && other(head);
}

function either(one: Matcher, other: Matcher): Matcher {
  return (head) => one(head) || other(head);
}

/** A ZIP archive says what it is by the name, or the stored content, of an early entry. */
function zipWith(content: string): Matcher {
  return both(starts('PK\x03\x04'), (head) => head.includes(content));
}
