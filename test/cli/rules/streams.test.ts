// Results on standard output and nothing else; everything else on standard error; and what happens when nobody reads.

import { describe, expect, it } from 'vitest';
import { shell } from '../../support/cli.js';
import { unspool } from '../../support/in-process.js';
import { commands, invocations, others, titled } from './commands.js';
import { folder, proseFile } from './documents.js';

describe.each(titled(invocations))('%s', (_, { args, shows }) => {
  it('prints results alone with --quiet, and without escapes with --no-color', async () => {
    const environment = { FORCE_COLOR: '1' };
    const { stdout, stderr, code } = await unspool([...args, '--quiet', '--no-color', proseFile], { environment });
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toMatch(shows);
    expect(stdout).not.toContain('\u001b');
  });
});

describe.each(titled(commands))('%s', (_, { args, shows }) => {
  const line = `unspool ${args.join(' ')} ${proseFile}`;

  it('does its work where nobody reads standard error', async () => {
    const { stdout, stderr } = await shell(`{ ${line} 2>&1 >&3 | true; echo "\${PIPESTATUS[0]}"; } 3>&1`);
    expect(stdout).toMatch(shows);
    expect(stdout).toMatch(/\n0\n$/);
    expect(stderr).toBe('');
  });

  it('ends as usual where its reader has left', async () => {
    const { stdout, stderr } = await shell(`${line} -q --json | true; echo "\${PIPESTATUS[0]}"`);
    expect([stdout, stderr]).toEqual(['0\n', '']);
  });

  it('says in one line, with exit 1, that standard output is full', async () => {
    const { stderr, code } = await shell(`${line} -q > /dev/full`);
    expect(stderr).toMatch(/^unspool: standard output: cannot be written: ENOSPC[^\n]*\n$/);
    expect(code).toBe(1);
  });

  it('takes an empty variable of the environment for none', async () => {
    const names = ['UNSPOOL_MODEL', 'UNSPOOL_THREADS', 'NO_COLOR', 'FORCE_COLOR'];
    const environment = Object.fromEntries(names.map((name) => [name, '']));
    const { stdout, stderr, code } = await unspool([...args, '-v', proseFile], { environment });
    expect(code).toBe(0);
    expect(stdout).toMatch(shows);
    expect(stderr).toMatch(/^model +\S+ \(default\)/m);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('shows a stack trace only with --verbose', async () => {
    const wrong = [...args, '--model', '/nowhere/model.gguf', proseFile];
    const quiet = await unspool(wrong);
    expect(quiet.stderr).toMatch(/^unspool: \/nowhere\/model\.gguf: no such model file [^\n]+\n$/);
    const verbose = await unspool([...wrong, '--verbose']);
    expect(verbose.stderr).toContain(quiet.stderr);
    expect(verbose.stderr).toMatch(/\n {4}at \S/);
    expect([quiet.stdout, verbose.stdout]).toEqual(['', '']);
  });
});

describe.each(others)('%s', (line, shows) => {
  const home = folder(line.replaceAll(' ', '-'));
  const environment = { HOME: home, XDG_DATA_HOME: '', UNSPOOL_CONFIG: `${home}/unspool/config.json` };

  it('prints results alone, without escapes, also where its reader has left', async () => {
    const { stdout, stderr, code } = await unspool(line.split(' '), { environment });
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toMatch(shows);
    expect(stdout).not.toContain('\u001b');
    const unread = await shell(`unspool ${line} | true; echo "\${PIPESTATUS[0]}"`, { environment });
    expect([unread.stdout, unread.stderr]).toEqual(['0\n', '']);
  });

  it.skipIf(shows.test(''))('says in one line, with exit 1, that standard output is full', async () => {
    const { stderr, code } = await shell(`unspool ${line} > /dev/full`, { environment });
    expect(stderr).toMatch(/^unspool: standard output: cannot be written: ENOSPC[^\n]*\n$/);
    expect(code).toBe(1);
  });
});

describe('help', () => {
  it('has the version beside it', async () => {
    expect(await unspool(['--version'])).toEqual({ stdout: '0.1.0\n', stderr: '', code: 0 });
  });

  it.each(['--help', 'help', ...commands.map(({ args }) => `${args[0] ?? ''} --help`)])(
    'of unspool %s is a result: on standard output, and no matter if it is read',
    async (line) => {
      const { stdout, stderr, code } = await unspool(line.split(' '));
      expect(stdout).toMatch(/^Usage: unspool /);
      expect([stderr, code]).toEqual(['', 0]);
      const unread = await shell(`unspool ${line} | true; echo "\${PIPESTATUS[0]}"`);
      expect([unread.stdout, unread.stderr]).toEqual(['0\n', '']);
    },
  );
});
