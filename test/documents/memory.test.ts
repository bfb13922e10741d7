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

it('streams one line of 300 MB in constant memory', async () => {
  const pieceBytes = 64 * 1024;
  const pieces = Math.ceil(300_000_000 / pieceBytes);
  let produced = 0;
  const input = new Readable({
    read() {
      this.push(produced++ < pieces ? Buffer.alloc(pieceBytes, 'no line end é ') : null);
    },
  });

  const before = liveBytes();
  let peak = 0;
  let chunks = 0;
  let endByte = 0;
  for await (const chunk of openDocument(input).chunks()) {
    endByte = chunk.endByte;
    if (++chunks % 500 === 0) peak = Math.max(peak, liveBytes() - before);
  }
  expect(endByte).toBe(pieces * pieceBytes);
  expect(chunks).toBeGreaterThan(pieces / 2);
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(60_000_000);
}, 20_000);
