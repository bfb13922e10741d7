// A file is replaced as a whole, or not at all.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { replacedFile, replaceFile, replaceFileBy } from '../../src/files/replaced-file.js';
import { temporaryFolder } from '../support/folders.js';

const ways: readonly [string, (path: string, text: string) => Promise<void>][] = [
  [
    'at once',
    (path, text) => {
      replaceFile(path, text);
      return Promise.resolve();
    },
  ],
  ['by what is written', (path, text) => replaceFileBy(path, (file) => file.writeFile(text))],
];

describe.each(ways)('a file replaced %s', (_, replace) => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder, 'file');
  });

  it('is there, and nothing beside it', async () => {
    await replace(path, 'new');
    await replace(path, 'newer');
    expect(readFileSync(path, 'utf8')).toBe('newer');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('keeps its mode', async () => {
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    await replace(path, 'new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('stays what a link leads to', async () => {
    writeFileSync(path, 'old');
    const link = join(folder, 'link');
    symlinkSync(path, link);
    await replace(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('is no folder', async () => {
    mkdirSync(path);
    // Of two ways, one throws at once.
    await expect((async () => replace(path, 'new'))()).rejects.toThrow('EISDIR: is a directory');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.runIf(process.platform === 'linux')('may be a device, which is written as it is', async () => {
    await replace('/dev/null', 'new');
    await expect((async () => replace('/dev/full', 'new'))()).rejects.toThrow('ENOSPC');
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });
});

describe('a file that is being replaced', () => {
  it('stays as it was where what is written is dropped, or cannot be written', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const file = replacedFile(path);
    file.write('new');
    file.discard();
    await expect(replaceFileBy(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
