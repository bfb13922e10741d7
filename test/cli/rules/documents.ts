// Documents and models, good and bad, that every command is given.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chatMl } from '../../support/chat-templates.js';
import { file, root } from '../../support/cli.js';
import { instructModel } from '../../support/instruct-model.js';

const novel = readFileSync(`${root}fixtures/documents/moby-dick.txt`, 'utf8');

/** A line of some 110 tokens of the bundled model. */
export const prose = `${novel.slice(32_598, 33_000).trim().replaceAll('\n', ' ')}\n`;
export const proseFile = file('prose.txt', prose);

/** More than any task waits for before the model gets it. */
export const longProse = novel.slice(30_000, 110_000);

/** Small and odd, but text, each with its lines. */
export const oddFiles = [
  { path: file('empty.txt', ''), lines: 0 },
  { path: file('one-byte.txt', 'a'), lines: 1 },
  { path: file('crlf.txt', 'one\r\ntwo\r\nthree\r\n'), lines: 3 },
  { path: file('unfinished.txt', 'one\ntwo without a line feed'), lines: 2 },
] as const;

/** An instruct model: the bundled one behind a chat template. */
export const instruct = file('instruct.gguf', instructModel(chatMl));

export const missingFile = '/nowhere/book.txt';

const packed = gzipSync(novel.slice(30_000, 33_000));
const damaged = Buffer.from(packed);
damaged.fill(0xff, 200, 260);

/** What cannot be read as text, or not to its end, and how that is told. */
export const badFiles: readonly [what: string, path: string, message: RegExp][] = [
  ['is missing', missingFile, /book\.txt: no such file \(check the path; /],
  ['is a directory', '/tmp', /^\/tmp: is a directory \(name the files in it: \/tmp\/\*\)$/],
  ['is below a file', `${proseFile}/more.txt`, /more\.txt: no such file \(/],
  ['cannot be read', '/proc/self/mem', /^\/proc\/self\/mem: cannot be read: EIO: i\/o error \(/],
  ['is an executable', process.execPath, /node: is an ELF executable, not text \(/],
  ['is binary', file('noise.bin', packed.subarray(20, 600)), /noise\.bin: is binary, not text \(/],
  ['is a model', `${root}fixtures/models/base/base.gguf`, /base\.gguf: is a GGUF model, not text \(.* --model /],
  [
    'is gzip data cut short',
    file('cut.gz', packed.subarray(0, -200)),
    /cut\.gz: ends in the middle of its gzip data \(/,
  ],
  ['is damaged gzip data', file('damaged.gz', damaged), /damaged\.gz: has damaged gzip data \(.*\) \(fetch it again: /],
];

/** What cannot be used as a model, and how that is told. */
export const badModels: readonly [what: string, path: string, message: RegExp][] = [
  ['is missing', '/nowhere/model.gguf', /model\.gguf: no such model file \(/],
  ['is a directory', '/tmp', /^\/tmp: is a directory \(/],
  ['is no GGUF', proseFile, /prose\.txt: is not a GGUF model \(/],
  [
    'is cut short',
    file('cut.gguf', readFileSync(`${root}fixtures/models/base/base.gguf`).subarray(0, 5000)),
    /cut\.gguf: is cut short or damaged \(/,
  ],
];

/** A new folder whose name starts so. */
export function folder(name: string): string {
  return mkdtempSync(join(tmpdir(), `unspool-test-${name}-`));
}
