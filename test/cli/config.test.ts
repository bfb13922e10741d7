// `unspool config` through the real binary, and what a config file does to other commands.

import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configPath } from '../../src/cli/config-file.js';
import type { OriginOf } from '../../src/cli/flags.js';
import { bundledModel } from '../../src/commands/options/model.js';
import { policyFrom } from '../../src/commands/options/policy.js';
import { file, type Result } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { temporaryFolder } from '../support/folders.js';
import { checked } from '../support/schema.js';

const novel = file('config-novel.txt', 'It was the best of times, it was the worst of times.\n'.repeat(20));

/** Runs with a home of its own, in which the config file may have a content. */
function atHome(content?: string): { path: string; run: (line: string, environment?: object) => Promise<Result> } {
  const home = temporaryFolder();
  const path = join(home, '.config/unspool/config.json');
  if (content !== undefined) {
    mkdirSync(join(home, '.config/unspool'), { recursive: true });
    writeFileSync(path, content);
  }
  const isolated = { HOME: home, XDG_CONFIG_HOME: undefined, UNSPOOL_CONFIG: undefined, UNSPOOL_THREADS: undefined };
  return {
    path,
    run: (line, environment) => unspool(line.split(' '), { environment: { ...isolated, ...environment } }),
  };
}

describe('unspool config', () => {
  it('makes the file, and keeps the other keys, their order, layout and comments', async () => {
    const { path, run } = atHome();
    for (const line of ['set threads 2', 'set color false', 'set policy sinks:4+100', 'set threads 3']) {
      expect(await run(`config ${line}`)).toEqual({ stdout: '', stderr: '', code: 0 });
    }
    const written = '{\n  "threads": 3,\n  "color": false,\n  "policy": "sinks:4+100"\n}\n';
    expect(readFileSync(path, 'utf8')).toBe(written);
    expect((await run('config unset color')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(written.replace('  "color": false,\n', ''));

    writeFileSync(path, '// mine\r\n{\r\n    "color": true, // yes\r\n    "threads": 2,\r\n}\r\n');
    expect((await run('config set threads 7')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('// mine\r\n{\r\n    "color": true, // yes\r\n    "threads": 7,\r\n}\r\n');
    expect(readdirSync(join(path, '..'))).toEqual(['config.json']);
  });

  it('keeps a link a link', async () => {
    const { path, run } = atHome('{}');
    const target = join(temporaryFolder(), 'mine.json');
    writeFileSync(target, '{"threads": 1}');
    const link = `${path}.link`;
    symlinkSync(target, link);
    expect((await run('config set threads 5', { UNSPOOL_CONFIG: link })).code).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual({ threads: 5 });
  });

  it('lists keys, values and where these come from', async () => {
    const { run } = atHome('{"color": false, "policy": "recompute"}');
    const { stdout, code } = await run('config list', { UNSPOOL_THREADS: '3' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^model +the small bundled model +default$/m);
    expect(stdout).toMatch(/^threads +3 +UNSPOOL_THREADS$/m);
    expect(stdout).toMatch(/^policy +recompute +config file$/m);
    expect(stdout).toMatch(/^color +false +config file$/m);
    expect((await run('config', { UNSPOOL_THREADS: '3' })).stdout).toBe(stdout);
    const events = checked((await run('config list --json', { UNSPOOL_THREADS: '3' })).stdout);
    expect(events).toContainEqual({ schema: 1, event: 'setting', key: 'threads', value: 3, origin: 'environment' });
    expect(events).toContainEqual({ schema: 1, event: 'setting', key: 'model', value: null, origin: 'default' });
    expect(events).toContainEqual({ schema: 1, event: 'setting', key: 'color', value: false, origin: 'config file' });
  });

  it('prints one value, of the environment before the file, or says that there is none', async () => {
    const { run } = atHome('{"threads": 2}');
    expect(await run('config get threads')).toEqual({ stdout: '2\n', stderr: '', code: 0 });
    expect((await run('config get threads', { UNSPOOL_THREADS: '5' })).stdout).toBe('5\n');
    expect((await run('config get threads', { UNSPOOL_THREADS: '' })).stdout).toBe('2\n');
    expect((await run('config get color')).stdout).toBe('true\n');
    const { stdout, stderr, code } = await run('config get policy');
    expect([stdout, stderr, code]).toEqual(['', 'unspool: policy is not set (its default: sinks)\n', 1]);
  });

  it('stores a file by its whole path, and a number and true or false as what they are', async () => {
    const { path, run } = atHome();
    const before = process.cwd();
    process.chdir(join(bundledModel, '..'));
    await run('config set model base.gguf').finally(() => {
      process.chdir(before);
    });
    await run('config set threads 2');
    await run('config set color true');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ model: bundledModel, threads: 2, color: true });
  });

  it.each([
    ['set thread 4', /^unspool: thread: there is no such key \(did you mean threads\?\)\n$/],
    ['get quux', /^unspool: quux: there is no such key \(keys: model, server, threads, .*color.*\)\n$/],
    ['unset quux', /there is no such key/],
    ['set threads many', /^unspool: threads: Give a whole number from 1 up\.\n$/],
    ['set policy sinks:4', /^unspool: policy: Write sinks\[:S\+W\]/],
    ['set color blue', /^unspool: color: Give true or false\.\n$/],
    ['set model ', /^unspool: model: Give a value\. \(unspool config unset model removes it\)\n$/],
    ['set threads', /missing required argument 'value'/],
    ['frobnicate', /unknown command 'frobnicate' \(see unspool config --help\)/],
  ])('refuses %s', async (line, message) => {
    const { path, run } = atHome('{"threads": 2}');
    const { stdout, stderr, code } = await run(`config ${line}`);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(message);
    expect(readFileSync(path, 'utf8')).toBe('{"threads": 2}');
  });

  it('finds the file by UNSPOOL_CONFIG, which is none where empty, and else in the config home', async () => {
    const { path, run } = atHome();
    const folder = temporaryFolder();
    const printed = async (environment: object): Promise<string> => (await run('config path', environment)).stdout;
    expect(await printed({})).toBe(`${path}\n`);
    expect(await printed({ XDG_CONFIG_HOME: folder })).toBe(`${join(folder, 'unspool/config.json')}\n`);
    expect(await printed({ XDG_CONFIG_HOME: 'not/absolute' })).toBe(`${path}\n`);
    expect(await printed({ UNSPOOL_CONFIG: join(folder, 'a.json') })).toBe(`${join(folder, 'a.json')}\n`);
    for (const line of ['path', 'set threads 2']) {
      const { stderr, code } = await run(`config ${line}`, { UNSPOOL_CONFIG: '' });
      expect([stderr, code]).toEqual(['unspool: there is no config file (set UNSPOOL_CONFIG to a path)\n', 1]);
    }
  });

  it('is in %APPDATA% on Windows, and in ~/.config on a Mac', () => {
    const windows = configPath({ APPDATA: '/users/me/AppData/Roaming' }, 'win32');
    expect(windows).toBe('/users/me/AppData/Roaming/unspool/config.json');
    expect(configPath({ APPDATA: '/users/me/AppData/Roaming' }, 'darwin')).toMatch(
      /\/\.config\/unspool\/config\.json$/,
    );
  });

  it('says why the file cannot be written', async () => {
    const { path, run } = atHome('{}');
    const { stderr, code } = await run('config set threads 2', { UNSPOOL_CONFIG: join(path, 'config.json') });
    expect(stderr).toMatch(
      /^unspool: ~\/\.config\/unspool\/config\.json: cannot be made: E\w+: .* \(set UNSPOOL_CONFIG/,
    );
    expect(code).toBe(1);
  });
});

describe('a config file', () => {
  it('stands behind options and environment, and before defaults', async () => {
    const { run } = atHome('{"threads": 1, "model": "/nowhere/config.gguf", "policy": "sinks:4+80"}');
    const settings = async (line: string, environment = {}): Promise<string> =>
      (await run(`stream -qv --perplexity ${novel} ${line}`.trim(), environment)).stderr;
    expect(await settings('')).toMatch(/\/nowhere\/config\.gguf/);
    const environment = { UNSPOOL_MODEL: bundledModel, UNSPOOL_POLICY: 'window:90' };
    const first = await settings('', environment);
    expect(first).toContain(`${bundledModel} (environment)`);
    expect(first).toMatch(/^policy +window:90\/11 \(environment, the rest default\)/m);
    expect(first).toMatch(/^threads +1 \(config file\)/m);
    const second = await settings(`--model ${bundledModel} --window 70`, { UNSPOOL_THREADS: '1' });
    expect(second).toContain(`${bundledModel} (option)`);
    expect(second).toMatch(/^policy +sinks:4\+70\/9 \(config file and option, the rest default\)/m);
    expect(second).toMatch(/^threads +1 \(environment\)/m);
  });

  it('has its policy give way, part by part, to options', () => {
    const origin: OriginOf = (option) => (option === 'policy' ? 'config file' : 'option');
    const policy = { kind: 'sinks', sinks: 4, window: 100, block: 20 } as const;
    const options = { policy, sinks: undefined, window: undefined, context: undefined, block: undefined };
    expect(policyFrom(options, origin)).toEqual(policy);
    expect(policyFrom({ ...options, window: 60 }, origin)).toEqual({ ...policy, window: 60 });
    expect(policyFrom({ ...options, sinks: 8, block: 5 }, origin)).toEqual({ ...policy, sinks: 8, block: 5 });
    const windowed = { ...options, policy: { kind: 'window', window: 100 } as const, sinks: 8 };
    expect(policyFrom(windowed, origin)).toEqual({ sinks: 8 });
    expect(() => policyFrom({ ...options, window: 60 }, () => 'option')).toThrow(/--window cannot be combined/);
  });

  it.each(['--count', '--plan', '--perplexity --protocol chunked --chunk 64', '--horizon --chunk 64'])(
    'does not forbid what options would: analyze %s',
    async (task) => {
      const { run } = atHome('{"policy": "sinks:4+100", "threads": 1, "color": true, "tui": true}');
      expect(await run(`analyze -q ${task} ${novel}`)).toMatchObject({ stderr: '', code: 0 });
    },
  );

  it('has ~ for the home folder', async () => {
    const { path, run } = atHome('{"model": "~/models/mine.gguf"}');
    const { stderr, code } = await run(`stream -q ${novel}`);
    expect(stderr).toContain(join(path, '../../../models/mine.gguf'));
    expect(code).toBe(1);
  });

  const wrong: readonly [string, RegExp][] = [
    [
      '{"threads": "many"}',
      /config\.json: threads: Give a whole number from 1 up\. \(unspool config set threads VALUE, or unspool config unset/,
    ],
    ['{"threads": []}', /config\.json: threads: Give a value\./],
    ['{"model": ""}', /config\.json: model: Give a value\./],
    ['{"color": 1}', /config\.json: color: Give true or false\./],
    ['{"modle": "x"}', /config\.json: modle: there is no such key \(did you mean model\?\)/],
    ['{\n  "threads": 4\n  "color": true\n}', /config\.json: line 3, column 3: Comma expected \(mend the JSON there/],
    ['{"threads": 4', /config\.json: line 1, column 14: Close brace expected/],
    ['threads=4', /config\.json: line 1, column 1: Invalid symbol/],
    ['[4]', /config\.json: is not a JSON object \(write one such as/],
  ];
  it.each(wrong)('that is wrong is an error of one line: %s', async (content, message) => {
    const { run } = atHome(content);
    for (const line of [`analyze ${novel}`, 'config list']) {
      const { stdout, stderr, code } = await run(line);
      expect([stdout, code]).toEqual(['', 2]);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^unspool: ~\/\.config\/unspool\/config\.json: [^\n]*\n$/);
    }
  });

  it('that is wrong does not stop help, version and what mends it', async () => {
    const { path, run } = atHome('{"threads": "many", "modle": "x", "color": true}');
    for (const line of ['--help', '--version', 'help stream', 'stream --help', 'config --help', 'config path']) {
      expect(await run(line)).toMatchObject({ stderr: '', code: 0 });
    }
    expect((await run('config set threads 2')).code).toBe(0);
    expect((await run('config unset modle')).code).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ threads: 2, color: true });
  });

  it('that is no JSON is not written over', async () => {
    const { path, run } = atHome('threads=4');
    for (const line of ['set threads 2', 'unset threads']) {
      const { stderr, code } = await run(`config ${line}`);
      expect([stderr.includes('line 1, column 1'), code]).toEqual([true, 2]);
    }
    expect(readFileSync(path, 'utf8')).toBe('threads=4');
  });

  it('may be empty, or absent', async () => {
    const { path, run } = atHome(' \n');
    expect((await run('config get color')).code).toBe(0);
    expect((await run('config set color false')).code).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ color: false });
    expect((await atHome().run('config get color')).code).toBe(0);
  });

  it('that cannot be read is an error', async () => {
    const { path, run } = atHome('{}');
    // A folder, because root may read every file.
    const { stderr, code } = await run('config list', { UNSPOOL_CONFIG: join(path, '..') });
    expect(stderr).toMatch(/cannot be read: EISDIR: .* \(set UNSPOOL_CONFIG to another file, or to nothing for none\)/);
    expect(code).toBe(1);
  });

  it('names the variable of a wrong value', async () => {
    const { run } = atHome();
    const { stderr, code } = await run(`stream ${novel}`, { UNSPOOL_THREADS: 'many' });
    expect(stderr).toBe('unspool: UNSPOOL_THREADS: Give a whole number from 1 up. (mend or unset UNSPOOL_THREADS)\n');
    expect(code).toBe(2);
    expect((await run('stream --help', { UNSPOOL_THREADS: 'many' })).code).toBe(0);
  });
});
