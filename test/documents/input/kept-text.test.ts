// Parts of documents that are read again.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptText, type KeptPart } from '../../../src/documents/input/kept-text.js';
import type { UnspoolError } from '../../../src/errors.js';
import { asUnspoolError } from '../support.js';

const text = 'Zwölf Boxkämpfer jagen Viktor\nquer über den großen Sylter Deich.\n';
const bytes = Buffer.from(text);
let folder: string;
let path: string;
let kept: KeptText;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unspool-test-'));
  path = join(folder, 'text.txt');
  writeFileSync(path, bytes);
  kept = new KeptText();
});
afterEach(async () => {
  await kept.dispose();
  rmSync(folder, { recursive: true });
});

function part(from: number, to: number, isVerbatim = true): KeptPart {
  return { text: bytes.subarray(from, to).toString(), bytes: [from, to], isVerbatim };
}

async function failureOf(work: Promise<unknown>): Promise<UnspoolError> {
  return asUnspoolError(await work.catch((error: unknown) => error));
}

describe('KeptText', () => {
  it('reads the bytes of a file again, where they are the text', async () => {
    const original = { name: 'text.txt', path };
    const place = await kept.keep(part(7, 18), original);
    expect(place).toMatchObject({ where: 'document', offset: 7, size: 11 });
    expect(await kept.read(place, original)).toBe('Boxkämpfer');
  });

  it('copies what is not in a file as it is, also more than it holds in memory', async () => {
    const piped = { name: '<stdin>', path: undefined };
    const own = { name: 'text.txt', path };
    const parts = Array.from({ length: 3000 }, (_, at) => ({ ...part(0, 20), text: `${at}:${'ä'.repeat(100)}` }));
    const places = [];
    for (const each of parts) places.push(await kept.keep(each, piped));
    const cleaned = await kept.keep(part(7, 18, false), own);
    expect(cleaned.where).toBe('copy');
    rmSync(path);
    expect(await kept.read(cleaned, own)).toBe('Boxkämpfer');
    for (const at of [0, 1500, 2999]) {
      const place = places[at];
      if (place !== undefined) expect(await kept.read(place, piped)).toBe(parts[at]?.text);
    }
  });

  it.each([
    ['other', Buffer.from(text.replace('Boxkämpfer', 'BoxkAempfer'))],
    ['fewer', bytes.subarray(0, 10)],
  ])('says that a file has %s bytes now', async (_, now) => {
    const original = { name: 'text.txt', path };
    const place = await kept.keep(part(7, 18), original);
    writeFileSync(path, now);
    const error = await failureOf(kept.read(place, original));
    expect([error.code, error.message]).toEqual([
      'document-changed',
      'text.txt: was changed while it was read, and cannot be quoted',
    ]);
    rmSync(path);
    expect((await failureOf(kept.read(place, original))).code).toBe('document-not-found');
  });

  it('leaves nothing behind', async () => {
    vi.stubEnv('TMPDIR', folder);
    const place = await kept.keep({ ...part(0, 20), text: 'x'.repeat(300_000) }, { name: '<stdin>' });
    expect(readdirSync(folder)).toEqual(['text.txt']);
    expect(await kept.read(place, { name: '<stdin>' })).toHaveLength(300_000);
    vi.unstubAllEnvs();
  });
});
