// Results and inputs: no result takes the place of what is read, whatever the file is called.

import { linkSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFileNames } from '../../src/commands/options/output.js';
import { file, shell } from '../support/cli.js';
import { called } from '../support/session.js';
import { folder } from './rules/documents.js';

const read = file('read.jsonl', '{"prompt":"1 + 1?","answer":"2"}\n');
const other = file('other.txt', 'Another text.\n');
const place = folder('names');
const link = join(place, 'link');
symlinkSync(read, link);
const hardLink = join(place, 'hard-link');
linkSync(read, hardLink);

describe('a file for results', () => {
  it.each([read, link, hardLink, read.replace(/\/(?=[^/]+$)/, '/./')])('is none that is read: %s', (name) => {
    for (const option of ['output', 'csv', 'report', 'resume', 'bookmark']) {
      const names = { [option]: name };
      expect(() => {
        checkFileNames(names, [other, undefined, read]);
      }).toThrow(/would overwrite what is read$/);
      expect(() => {
        checkFileNames(names, [other, undefined, '/nowhere/book.txt']);
      }).not.toThrow();
    }
  });

  it('is not that of another result by another name, while devices take several', () => {
    expect(() => {
      checkFileNames({ output: link, csv: read }, []);
    }).toThrow('-o and --csv name the same file');
    expect(() => {
      checkFileNames({ output: link, bookmark: read }, []);
    }).toThrow('-o and --bookmark name the same file');
    const missing = join(place, 'missing');
    expect(() => {
      checkFileNames({ csv: missing, report: join(place, '.', 'missing') }, [missing]);
    }).toThrow('--csv and --report name the same file');
    expect(() => {
      checkFileNames({ output: '/dev/null', csv: '/dev/null' }, ['/dev/null']);
    }).not.toThrow();
  });

  it('is not standard input, and a refusal leaves it as it is', async () => {
    const { stdout, stderr, code } = await shell(`unspool prompt -o ${other} 'Who?' - < ${other}`);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toBe(`unspool: -o ${other} would overwrite what is read (give it a file of its own)\n`);
    expect(readFileSync(other, 'utf8')).toBe('Another text.\n');
  });

  it.each([
    ['stream', '-o', read, other, read],
    ['stream', '-o', read, '--anomalies', '--given', read, other],
    ['stream', '-o', read, '--ask', 'Who?', read],
    ['stream', '-o', read, '--questions', read, other],
    ['analyze', '-o', read, read],
    ['analyze', '--csv', read, read],
    ['analyze', '--report', read, read],
    ['pause-eval', '-o', read, read],
    ['pause-eval', '--csv', read, '--shots-from', read, other],
    ['pause-eval', '--resume', read, read],
    ['prompt', '-o', read, 'Who?', read],
    ['prompt', '-o', read, '--strategy', 'few-shot', '--shots-from', read, 'Who?'],
    ['prompt', 'compare', '-o', read, 'direct,zero-shot-cot', read],
    ['prompt', 'compare', '--csv', read, '--shots-from', read, 'direct,few-shot', other],
  ])('is refused: %s %s %s %s', async (...args) => {
    await expect(called(args)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/would overwrite what is read$/) as string,
    });
  });
});
