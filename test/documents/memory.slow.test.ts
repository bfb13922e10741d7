// Memory stays constant, however long the document and its lines are.
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openDocument } from '../../src/documents/open.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function liveBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Reads a document to its end, and measures what is alive after every so many chunks: not finite where it never was. */
async function readThrough(input: Readable, every: number): Promise<{ peak: number; chunks: number; endByte: number }> {
  const before = liveBytes();
  let peak = -Infinity;
  let chunks = 0;
  let endByte = 0;
  for await (const chunk of openDocument(input).chunks()) {
    endByte = chunk.endByte;
    if (++chunks % every === 0) peak = Math.max(peak, liveBytes() - before);
  }
  return { peak, chunks, endByte };
}

it('streams one line of 300 MB in constant memory', async () => {
  const pieceBytes = 64 * 1024;
  const pieces = Math.ceil(300_000_000 / pieceBytes);
  let produced = 0;
  const input = new Readable({
    read() {
      this.push(produced++ < pieces ? Buffer.alloc(pieceBytes, 'no line end é ') : null);
    },
  });

  const { peak, chunks, endByte } = await readThrough(input, 500);
  expect(endByte).toBe(pieces * pieceBytes);
  expect(chunks).toBeGreaterThan(pieces / 2);
  expect(peak).toBeGreaterThan(-Infinity);
  expect(peak).toBeLessThan(60_000_000);
}, 20_000);

it('takes the text out of 50 MB of HTML in constant memory', async () => {
  const head = Buffer.from('<!doctype html><html><body><h1>Title</h1>');
  const paragraph =
    '<p class="body">One <b>two</b> caf&eacute; <a href="#n">three</a>.</p>\n<script>let four;</script>\n';
  const piece = Buffer.from(paragraph.repeat(600));
  const pieces = Math.ceil(50_000_000 / piece.length);
  let produced = 0;
  const input = new Readable({
    read() {
      this.push(produced === 0 ? head : produced <= pieces ? piece : null);
      produced += 1;
    },
  });

  const { peak, chunks, endByte } = await readThrough(input, 100);
  expect(endByte).toBe(
    Buffer.byteLength('Title\n\n') + pieces * 600 * Buffer.byteLength('One two café three.\n\n') - 1,
  );
  expect(chunks).toBeGreaterThan(500);
  expect(peak).toBeGreaterThan(-Infinity);
  expect(peak).toBeLessThan(30_000_000);
}, 60_000);
