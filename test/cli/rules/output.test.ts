// -o FILE, and the files beside it: replaced at the end, as a whole, or not at all.

import { readFileSync, readdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { start } from '../../support/cli.js';
import { unspool } from '../../support/in-process.js';
import { checked } from '../../support/schema.js';
import { commands, titled } from './commands.js';
import { folder, longProse, missingFile, proseFile } from './documents.js';

describe.each(titled(commands))('%s', (name, { args, shows, inTheMiddle }) => {
  const place = folder(name.replace(/\W+/g, '-'));
  const results = join(place, 'results.txt');

  it('writes to the file with -o, and nothing to standard output', async () => {
    writeFileSync(results, 'old');
    const { stdout, stderr, code } = await unspool([...args, '-q', '-o', results, proseFile]);
    expect([stdout, stderr, code]).toEqual(['', '', 0]);
    expect(readFileSync(results, 'utf8')).toMatch(shows);
    expect(readdirSync(place)).toEqual(['results.txt']);
  });

  it.each([
    ['a document that is missing', [missingFile]],
    ['a model that is missing', ['--json', '--model', '/nowhere/model.gguf', proseFile]],
    ['wrong usage', ['--nonsense', proseFile]],
  ])('leaves the file as it was after %s', async (_, wrong) => {
    writeFileSync(results, 'old');
    const { stdout, code } = await unspool([...args, '-o', results, ...wrong]);
    expect(stdout).toBe('');
    expect(code).toBeGreaterThan(0);
    expect(readFileSync(results, 'utf8')).toBe('old');
    expect(readdirSync(place)).toEqual(['results.txt']);
  });

  it('replaces the file only at the end: not while it works, nor when it is killed', async () => {
    writeFileSync(results, 'old');
    const began = temporaryFile(place, new RegExp(`"${inTheMiddle}"`));
    const { child, result } = start([...args, '--json', '--events', '-o', results], { input: longProse, silent: true });
    await began;
    expect(readFileSync(results, 'utf8')).toBe('old');
    child.kill('SIGKILL');
    await result;
    expect(readFileSync(results, 'utf8')).toBe('old');
  });

  it('says in one line that a device is full', async () => {
    const { stdout, stderr, code } = await unspool([...args, '-q', '-o', '/dev/full', proseFile]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toBe(
      'unspool: /dev/full: cannot be written: ENOSPC: no space left on device (make room on the disk, and run again)\n',
    );
  });

  it.each([
    ['/nowhere/results.txt', 'ENOENT: no such file or directory'],
    [`${proseFile}/results.txt`, 'ENOTDIR: not a directory'],
    ['/tmp', 'EISDIR: is a directory'],
    ['/proc/results.txt', 'ENOENT: no such file or directory'],
  ])('says at once that %s cannot be written', async (path, reason) => {
    const { stdout, stderr, code } = await unspool([...args, '-o', path, '/nowhere/book.txt']);
    expect([stdout, code]).toEqual(['', 1]);
    const hint = 'give -o a file in a folder that exists and can be written';
    expect(stderr).toBe(`unspool: ${path}: cannot be written: ${reason} (${hint})\n`);
  });
});

describe('unspool analyze --json', () => {
  it('has the failure of a file beside its results, too', async () => {
    const { stdout, code } = await unspool(['analyze', '--json', '--csv', '/nowhere/rows.csv', proseFile]);
    expect(code).toBe(1);
    expect(checked(stdout)).toMatchObject([
      { event: 'run-start', command: 'analyze' },
      { event: 'run-end', status: 'failed', error: { code: 'output-unwritable' } },
    ]);
  });

  it('leaves files beside its results as they were where nothing could be read', async () => {
    const [csv, report] = ['rows.csv', 'page.html'].map((name) => join(folder(name), name)) as [string, string];
    writeFileSync(csv, 'old');
    writeFileSync(report, 'old');
    const { code } = await unspool(['analyze', '--json', '--csv', csv, '--report', report, missingFile]);
    expect(code).toBe(1);
    expect([csv, report].map((path) => readFileSync(path, 'utf8'))).toEqual(['old', 'old']);
  });
});

/** Resolves once a file that will replace another in a folder has content that matches. */
function temporaryFile(place: string, content: RegExp): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(place, (_, name) => {
      if (name?.endsWith('.tmp') !== true || !content.test(readFileSync(join(place, name), 'utf8'))) return;
      watcher.close();
      resolve();
    });
  });
}
