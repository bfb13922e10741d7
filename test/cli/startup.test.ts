// What is loaded before a command runs: help, version and completions are wanted at once.

import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { file, root, runBinary } from '../support/cli.js';

/** Paths, from the package's folder on, of the files that a run loads: V8 lists every script in its coverage. */
async function loadedFiles(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-coverage-'));
  await runBinary(args, { environment: { NODE_V8_COVERAGE: folder, ...environment } });
  const scripts = readdirSync(folder).flatMap((name) => {
    const coverage = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] };
    return coverage.result.map(({ url }) => url);
  });
  return scripts.filter((url) => url.startsWith('file:')).map((url) => relative(root, fileURLToPath(url)));
}

const packageOf = (path: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

/** What does the work of a command. */
const isWork = (path: string): boolean =>
  /^dist\/(memory|backends\/\w+|documents(?!\/encodings))\//.test(path) ||
  /^dist\/commands\/(?!config|completions).*\/(run|view|session)\.js$/.test(path);

describe.each([
  ['--version'],
  ['--help'],
  ['stream --help'],
  ['analyze --help'],
  ['stream --no-such-option'],
  ['config set --help'],
  ['completions bash'],
  ['completions zsh'],
  ['completions fish'],
])('unspool %s', (line) => {
  it('loads the command line and commander, and nothing else', async () => {
    const files = await loadedFiles(line.split(' '));
    expect(files).toContain('dist/cli/program.js');
    expect([...new Set(files.map(packageOf).filter((name) => name !== undefined))]).toEqual(['commander']);
    expect(files.filter((path) => isWork(path) || /^dist\/reporters\/(?!format)/.test(path))).toEqual([]);
  });
});

it('finds the names of models, for completion, without what runs models', async () => {
  const files = await loadedFiles(['completions', 'models']);
  expect(files).toContain('dist/backends/installed/find-models.js');
  const packages = new Set(files.map(packageOf).filter((name) => name !== undefined));
  expect([...packages].sort()).toEqual(['commander', 'fastest-levenshtein']);
});

it('reads a config file with nothing but commander, and lists it with no other command loaded', async () => {
  const UNSPOOL_CONFIG = file('startup.json', '{"threads": 1}');
  for (const line of ['config list', 'config get threads', 'config path']) {
    const files = await loadedFiles(line.split(' '), { UNSPOOL_CONFIG });
    expect([...new Set(files.map(packageOf).filter((name) => name !== undefined))]).toEqual(['commander']);
    expect(files.filter(isWork)).toEqual([]);
  }
});

it('sees what a run loads', async () => {
  const files = await loadedFiles(['analyze', join(root, 'LICENSE')]);
  expect(files.map(packageOf)).toContain('gpt-tokenizer');
  expect(files).toContain('dist/commands/analyze/count/run.js');
});

it('lists models without a library that runs them', async () => {
  const files = await loadedFiles(['models']);
  expect(files).toContain('dist/commands/models/list/run.js');
  expect(new Set(files.map(packageOf).filter((name) => name !== undefined))).toEqual(
    new Set(['commander', 'fastest-levenshtein']),
  );
});
