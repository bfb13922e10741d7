// Exit 1: a document or a model that cannot be used is one line that says what, where and what to do next.

import { describe, expect, it } from 'vitest';
import { unspool } from '../../support/in-process.js';
import { commands, titled } from './commands.js';
import { badFiles, badModels, proseFile } from './documents.js';

/** Of standard error, what is no warning and no account. */
function errorsOf(stderr: string): string[] {
  return stderr.split('\n').filter((line) => /^unspool: (?!warning: )/.test(line));
}

describe.each(titled(commands))('%s', (_, { args }) => {
  it('names every document that cannot be read, each with what to do, and does the others', async () => {
    const { stdout, stderr, code } = await unspool([...args, ...badFiles.map(([, path]) => path), proseFile]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/ \S+prose\.txt\n/);
    const errors = errorsOf(stderr);
    expect(errors).toHaveLength(badFiles.length);
    for (const [index, [what, , message]] of badFiles.entries()) {
      expect([what, errors[index]?.slice('unspool: '.length)]).toEqual([what, expect.stringMatching(message)]);
    }
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('says nothing but what is wrong where nothing could be read', async () => {
    const { stdout, stderr, code } = await unspool([...args, badFiles[0]?.[1] ?? '']);
    expect([stdout, code]).toEqual(['', 1]);
    expect(errorsOf(stderr)).toEqual([stderr.trimEnd()]);
  });

  it.each(badModels)('refuses a model that %s', async (__, path, message) => {
    const { stdout, stderr, code } = await unspool([...args, '--model', path, proseFile]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(errorsOf(stderr)).toEqual([stderr.trimEnd()]);
    expect(stderr.slice('unspool: '.length)).toMatch(message);
    expect(stderr).toContain('give --model a complete GGUF text model, or ');
  });
});
