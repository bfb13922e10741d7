// An input that comes once, read several times.

import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { setImmediate as soon } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReplayedInput } from '../../../src/documents/input/replayed-input.js';
import { asUnspoolError } from '../support.js';

async function read(stream: Readable, most = Infinity): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length >= most) break;
  }
  return Buffer.concat(pieces);
}

/** Pieces whose bytes tell them apart, and how many of them were asked for. */
function counted(pieces: number, size: number): { readonly input: Readable; readonly taken: () => number } {
  let taken = 0;
  function* all(): Generator<Buffer> {
    for (; taken < pieces; taken += 1) yield Buffer.alloc(size, taken);
  }
  return { input: Readable.from(all(), { objectMode: true, highWaterMark: 1 }), taken: () => taken };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a replayed input', () => {
  it('gives every reader all of it, also where one before stopped early', async () => {
    const { input } = counted(20, 50_000);
    const replayed = new ReplayedInput(input);
    const start = await read(replayed.reader(), 120_000);
    const all = await read(replayed.reader());
    const again = await read(replayed.reader());
    await replayed.dispose();
    expect(all.length).toBe(1_000_000);
    for (let piece = 0; piece < 20; piece += 1) {
      expect(all.subarray(piece * 50_000, piece * 50_000 + 50_000).every((byte) => byte === piece)).toBe(true);
    }
    expect(again.equals(all)).toBe(true);
    expect(all.subarray(0, start.length).equals(start)).toBe(true);
  });

  it('takes hardly more of the input than is asked for', async () => {
    const { input, taken } = counted(1000, 50_000);
    const replayed = new ReplayedInput(input);
    await read(replayed.reader(), 200_000);
    await soon();
    expect(taken()).toBeLessThan(12);
    await replayed.dispose();
  });

  it('loses nothing that came while a reader was let go', async () => {
    const input = new Readable({ read: () => undefined });
    const replayed = new ReplayedInput(input);
    const first = replayed.reader();
    first.resume();
    await soon();
    first.destroy();
    input.push('late');
    input.push(null);
    expect((await read(replayed.reader())).toString()).toBe('late');
    await replayed.dispose();
  });

  it('leaves no file behind, not even while it is read', async () => {
    const before = readdirSync(tmpdir());
    const replayed = new ReplayedInput(Readable.from([Buffer.from('text')]));
    expect((await read(replayed.reader())).toString()).toBe('text');
    const added = readdirSync(tmpdir()).filter(
      (name) => !before.includes(name) && existsSync(`${tmpdir()}/${name}/standard-input`),
    );
    expect(added).toEqual([]);
    await replayed.dispose();
  });

  it('passes on the failure of the input', async () => {
    const input = new Readable({ read: () => undefined });
    const replayed = new ReplayedInput(input);
    setImmediate(() => input.destroy(new Error('gone')));
    await expect(read(replayed.reader())).rejects.toThrow('gone');
    await replayed.dispose();
  });

  it('says where there is no room for it', async () => {
    vi.stubEnv('TMPDIR', '/nowhere');
    const replayed = new ReplayedInput(Readable.from([Buffer.from('text')]));
    const error = await read(replayed.reader()).catch((thrown: unknown) => thrown);
    expect(asUnspoolError(error).message).toMatch(/^<stdin>: cannot be kept in \/nowhere: ENOENT/);
    await replayed.dispose();
  });
});
