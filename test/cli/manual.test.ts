// The manual pages, against the command tree and the package.

import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guides, manualPages } from '../../src/cli/manual.js';
import { root } from '../support/cli.js';
import { temporaryFolder } from '../support/folders.js';
import { commandsBelow, program } from '../support/program.js';

const pages = manualPages(program, '0.0.0');
const { man } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { man: string[] };
const hasMandoc = spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error === undefined;
const hasGroff = spawnSync('groff', ['--version']).error === undefined;

it('are one for the program and one for each of its commands, all in the package', () => {
  const names = program.commands.map((command) => `unspool-${command.name()}`);
  expect(pages.map(({ name }) => name)).toEqual(['unspool', ...names]);
  const files = [...pages.map(({ name }) => `${name}.1`), ...Object.keys(guides).map((name) => `${name}.7`)].sort();
  expect([...man].sort()).toEqual(files.map((file) => `man/${file}`));
  expect(readdirSync(join(root, 'man'), { encoding: 'utf8' }).filter((file) => !file.endsWith('.md'))).toEqual(files);
});

it('of section 7 are for commands that there are, and name pages that there are', () => {
  const commands = program.commands.map((command) => command.name());
  expect(commands).toEqual(expect.arrayContaining(Object.values(guides).flat()));
  for (const name of Object.keys(guides)) {
    const source = readFileSync(join(root, 'man', `${name}.7.md`), 'utf8');
    for (const [, page = '', section = ''] of source.matchAll(/(unspool[a-z-]*)\((\d)\)/g)) {
      expect(man).toContain(`man/${page}.${section}`);
    }
  }
});

describe.each(pages)('$name(1)', ({ name, text }) => {
  const command = program.commands.find((each) => `unspool-${each.name()}` === name) ?? program;
  const plain = text.replaceAll('\\-', '-');

  it('tells every option, argument and command', () => {
    for (const { flags } of command.options) expect(plain).toContain(`.TP\n.B ${flags}\n`);
    const below = command === program ? [] : commandsBelow(command, `unspool ${command.name()}`);
    for (const each of below) {
      expect(plain).toContain(`.B ${each.called}`);
      for (const argument of each.command.registeredArguments) expect(plain).toContain(`.B ${argument.name()}\n`);
      for (const { flags } of each.command.options) expect(plain).toContain(`.B ${flags}\n`);
    }
  });
});

const sources = [
  ...pages.map(({ name, text }) => ({ page: `${name}.1`, text })),
  ...Object.keys(guides).map((name) => ({
    page: `${name}.7`,
    text: readFileSync(join(root, 'man', `${name}.7`), 'utf8'),
  })),
];
describe.each(sources)('$page', ({ page, text }) => {
  it.skipIf(!hasMandoc)('has nothing that mandoc warns of, but that it has no date', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: text, encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
  });

  it.skipIf(!hasGroff)('has nothing that groff warns of, and shows quotes as they are typed', () => {
    const path = join(temporaryFolder(), page);
    writeFileSync(path, text);
    const { stdout, stderr } = spawnSync('groff', ['-ww', '-man', '-Tutf8', '-P-c', path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/[‘’‐−˜]/);
  });
});
