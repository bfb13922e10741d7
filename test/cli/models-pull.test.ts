// unspool models pull through the real binary, from a hub on the loopback interface.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pullModel } from '../../src/commands/models/pull/run.js';
import { bundledModel } from '../../src/commands/options/model.js';
import type { RunEvent } from '../../src/engine/events/events.js';
import { file, shell, type Result } from '../support/cli.js';
import { unspool, type Options } from '../support/in-process.js';
import { closedPort, sha256, startHub, type HubOptions, type TestHub } from '../support/hub.js';
import { embeddingTensor, gguf, modelMetadata } from '../support/gguf.js';
import { ModelHome } from '../support/model-home.js';
import { checked } from '../support/schema.js';

const padding = { name: 'output.weight', dimensions: [32, 2000] };
const modelOf = (title: string): Buffer =>
  gguf(modelMetadata('llama', { 'general.name': title }), [embeddingTensor, padding]);
const q4 = modelOf('q4');
const q8 = modelOf('q8');
const parts = [modelOf('one'), modelOf('two')];
const files = {
  'README.md': Buffer.from('# tiny'),
  'tiny-Q2_K.gguf': modelOf('q2'),
  'tiny-Q4_K_M.gguf': q4,
  'tiny-Q8_0.gguf': q8,
  'mmproj-tiny-Q6_K.gguf': modelOf('projector'),
  'Q5_K_M/tiny-Q5_K_M-00001-of-00002.gguf': parts[0] ?? q4,
  'Q5_K_M/tiny-Q5_K_M-00002-of-00002.gguf': parts[1] ?? q4,
};

interface Setting extends TestHub {
  readonly home: ModelHome;
  readonly pull: (reference: string, ...more: string[]) => Promise<Result>;
  readonly run: (args: readonly string[], options?: Options) => Promise<Result>;
}

async function prepare(options: Partial<HubOptions> = {}, environment: NodeJS.ProcessEnv = {}): Promise<Setting> {
  const hub = await startHub({ files, ...options });
  const home = new ModelHome();
  const variables = { ...home.environment, HF_ENDPOINT: hub.endpoint, ...environment };
  const run = (args: readonly string[], more: Options = {}): Promise<Result> =>
    unspool(['models', ...args], { ...more, environment: variables });
  return { ...hub, home, run, pull: (reference, ...more) => run(['pull', reference, ...more]) };
}

const pulled = (home: ModelHome, path: string): string => join(home.path, '.local/share/unspool/models', path);

/** The folder of an address. */
const kept = (address: string): string => new URL(address).host.replace(':', '_');

/** A line of failure on standard error, nothing on standard output. */
function refusal({ stdout, stderr, code }: Result): [code: number | null, text: string] {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
  return [code, stderr];
}

describe('unspool models pull', () => {
  it('downloads the usual quantisation, prints its path, and says what it is called', async () => {
    const { home, pull, run } = await prepare();
    const { stdout, stderr, code } = await pull('hf:maker/tiny');
    const path = pulled(home, 'maker/tiny/tiny-Q4_K_M.gguf');
    expect(stdout).toBe(`${path}\n`);
    expect(stderr).toBe(
      `${Math.round(q4.length / 1000)} kB downloaded; its SHA-256 is what the server said\n` +
        'use it as --model tiny-Q4_K_M\n',
    );
    expect(code).toBe(0);
    expect(readFileSync(path).equals(q4)).toBe(true);
    expect((await run(['list'])).stdout).toMatch(/^tiny-Q4_K_M +base .* unspool$/m);
    const again = await pull('hf:maker/tiny:Q4_K_M');
    expect([again.stdout, again.code]).toEqual([`${path}\n`, 0]);
    expect(again.stderr).toContain('here already, nothing was downloaded');
  });

  it('takes a quantisation, a file, or a URL', async () => {
    const { home, pull, storage } = await prepare();
    await pull('hf:maker/tiny:q8_0');
    expect(readFileSync(pulled(home, 'maker/tiny/tiny-Q8_0.gguf')).equals(q8)).toBe(true);
    await pull('hf:maker/tiny/tiny-Q2_K.gguf');
    expect(existsSync(pulled(home, 'maker/tiny/tiny-Q2_K.gguf'))).toBe(true);
    const { stderr } = await pull(`${storage}/tiny-Q4_K_M.gguf`);
    expect(readFileSync(pulled(home, `${kept(storage)}/tiny-Q4_K_M.gguf`)).equals(q4)).toBe(true);
    expect(stderr).toContain(`nobody gave a checksum, its SHA-256 is ${sha256(q4)}`);
  });

  it('keeps files of one name from two folders apart', async () => {
    const { home, pull, run, storage } = await prepare({ files: { 'a/m.gguf': q4, 'b/m.gguf': q8 } });
    for (const folder of ['a', 'b']) {
      const { stdout, stderr } = await pull(`${storage}/${folder}/m.gguf`);
      expect(stdout).toBe(`${pulled(home, `${kept(storage)}/${folder}/m.gguf`)}\n`);
      expect(stderr).toContain(`nobody gave a checksum, its SHA-256 is ${sha256(folder === 'a' ? q4 : q8)}`);
    }
    const described = await run(['info', '--json', `${storage}/b/m.gguf`]);
    expect(checked(described.stdout)).toMatchObject([{ path: pulled(home, `${kept(storage)}/b/m.gguf`) }]);
  });

  it('downloads all parts of a split model', async () => {
    const { home, pull, run } = await prepare();
    const { stdout, code } = await pull('hf:maker/tiny:Q5_K_M');
    const paths = [1, 2].map((part) => pulled(home, `maker/tiny/Q5_K_M/tiny-Q5_K_M-0000${part}-of-00002.gguf`));
    expect([stdout, code]).toEqual([`${paths.join('\n')}\n`, 0]);
    expect(paths.map((path, index) => readFileSync(path).equals(parts[index] ?? q8))).toEqual([true, true]);
    expect((await run(['list'])).stdout).toMatch(/^tiny-Q5_K_M /m);
  });

  it('goes on after the connection was cut, and gives the whole file', async () => {
    const { home, pull, requests } = await prepare({ cuts: [70_000] });
    const { code } = await pull('hf:maker/tiny:Q4_K_M');
    expect(code).toBe(0);
    expect(readFileSync(pulled(home, 'maker/tiny/tiny-Q4_K_M.gguf')).equals(q4)).toBe(true);
    const ranges = requests.filter(({ from }) => from === 'storage').map(({ range }) => range);
    expect(ranges).toEqual([undefined, 'bytes=70000-']);
  });

  it('is quiet with -q', async () => {
    const { pull } = await prepare();
    expect(await pull('hf:maker/tiny', '-q')).toMatchObject({ stderr: '', code: 0 });
  });

  it('gives JSON lines, with --events the progress too', async () => {
    const { pull } = await prepare();
    const events = checked((await pull('hf:maker/tiny', '--json', '--events')).stdout);
    expect(events[0]).toMatchObject({ event: 'downloading', bytes: 0, total: q4.length });
    expect(events.slice(-2)).toMatchObject([
      { event: 'download', bytes: q4.length, sha256: sha256(q4), checked: 'server', status: 'downloaded' },
      { event: 'model', name: 'tiny-Q4_K_M', source: 'unspool', problem: null },
    ]);
    expect(checked((await pull('hf:maker/tiny', '--json')).stdout).map(({ event }) => event)).toEqual([
      'download',
      'model',
    ]);
    expect(refusal(await pull('hf:maker/tiny', '--events'))[0]).toBe(2);
  });

  it('keeps what has come when it is interrupted, says how to go on, and goes on', async () => {
    const { home, run } = await prepare({ stall: 70_000 });
    const interrupted = await run(['pull', 'hf:maker/tiny', '--json', '--events'], {
      onLine(line, interrupt) {
        if ((JSON.parse(line) as { bytes?: number }).bytes !== 0) interrupt();
      },
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toBe(
      'unspool: warning: interrupted; what has come is kept (unspool models pull hf:maker/tiny goes on from there)\n',
    );
    const part = pulled(home, 'maker/tiny/tiny-Q4_K_M.gguf.part');
    expect(readFileSync(part).equals(q4.subarray(0, statSync(part).size))).toBe(true);
    const whole = await startHub({ files });
    const resumed = await unspool(['models', 'pull', 'hf:maker/tiny'], {
      environment: { ...home.environment, HF_ENDPOINT: whole.endpoint },
    });
    expect(resumed.code).toBe(0);
    expect(readFileSync(pulled(home, 'maker/tiny/tiny-Q4_K_M.gguf')).equals(q4)).toBe(true);
    expect(readdirSync(pulled(home, 'maker/tiny'))).toEqual(['tiny-Q4_K_M.gguf']);
  });

  it('takes an alias, and what it pulled can be run', async () => {
    const { home, run } = await prepare({ files: { 'base-F16.gguf': readFileSync(bundledModel) } });
    await run(['alias', 'small', 'hf:maker/tiny:F16']);
    await run(['pull', 'small']);
    const text = file('pulled.txt', 'a b a b\n');
    const { stderr, code } = await unspool(['stream', '--perplexity', '--model', 'small', '-v', text], {
      environment: home.environment,
    });
    expect(stderr).toContain(pulled(home, 'maker/tiny/base-F16.gguf'));
    expect(code).toBe(0);
  });

  it('does not download what another tool has', async () => {
    const { home, pull } = await prepare();
    const path = home.hubFile('maker/tiny', 'tiny-Q4_K_M.gguf', q4);
    expect((await pull('hf:maker/tiny')).stdout).toBe(`${path}\n`);
    expect(existsSync(pulled(home, 'maker'))).toBe(false);
  });
});

describe('a pull that fails', () => {
  it('lists the quantisations that there are', async () => {
    const { pull } = await prepare();
    expect(refusal(await pull('hf:maker/tiny:Q6_K'))).toEqual([
      1,
      'unspool: hf:maker/tiny: has no Q6_K (it has Q2_K, Q4_K_M, Q8_0, Q5_K_M)\n',
    ]);
    expect(refusal(await pull('hf:maker/tiny/none.gguf'))[1]).toContain('has no file none.gguf');
  });

  it('says that there is no such repository', async () => {
    const { pull } = await prepare();
    expect(refusal(await pull('hf:maker/none'))).toEqual([
      1,
      'unspool: hf:maker/none: no such repository (check the spelling; a private one needs HF_TOKEN)\n',
    ]);
  });

  it('says that a repository has no GGUF', async () => {
    const { pull } = await prepare({ files: { 'model.safetensors': Buffer.from('x') } });
    expect(refusal(await pull('hf:maker/tiny'))[1]).toContain('has no GGUF files');
  });

  it('deletes what is not as it should be', async () => {
    const lying = await prepare({ stored: { 'tiny-Q4_K_M.gguf': q8 } });
    const [code, text] = refusal(await lying.pull('hf:maker/tiny'));
    expect([code, text]).toEqual([1, expect.stringContaining(`and not ${sha256(q4)} as the server says; deleted`)]);
    expect(readdirSync(pulled(lying.home, 'maker/tiny'))).toEqual([]);
    const honest = await prepare();
    const wrong = await honest.pull(`hf:maker/tiny#sha256=${sha256(q8)}`);
    expect(refusal(wrong)[1]).toContain('as you say; deleted');
    expect((await honest.pull(`hf:maker/tiny#sha256=${sha256(q4)}`)).stderr).toContain('is what you said');
  });

  it('names HF_TOKEN for a gated model, and never shows it', async () => {
    const none = await prepare({ token: 'hf_right' });
    expect(refusal(await none.pull('hf:maker/tiny'))[1]).toContain(
      "(accept the licence on the model's page, then set HF_TOKEN to a token of yours)",
    );
    const wrong = await prepare({ token: 'hf_right' }, { HF_TOKEN: 'hf_wrong' });
    const [, text] = refusal(await wrong.pull('hf:maker/tiny'));
    expect(text).toContain('the token in HF_TOKEN is not enough');
    expect(text).not.toContain('hf_wrong');
    const right = await prepare({ token: 'hf_right' }, { HF_TOKEN: 'hf_right' });
    expect((await right.pull('hf:maker/tiny')).code).toBe(0);
    const shown = right.requests.filter(({ authorization }) => authorization !== undefined).map(({ from }) => from);
    expect(new Set(shown)).toEqual(new Set(['hub']));
  });

  it('gives no token to another host', async () => {
    const { pull, storage, requests } = await prepare({}, { HF_TOKEN: 'hf_secret' });
    await pull(`${storage}/tiny-Q4_K_M.gguf`);
    expect(requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('says at once that a file may not be larger', async () => {
    const { home, endpoint, requests } = await prepare();
    const { stderr, code } = await shell('ulimit -f 100; unspool models pull hf:maker/tiny', {
      environment: { ...home.environment, HF_ENDPOINT: endpoint },
    });
    const path = pulled(home, 'maker/tiny/tiny-Q4_K_M.gguf');
    const hint = 'check the folder, or name another one in UNSPOOL_MODELS';
    expect([stderr, code]).toEqual([`unspool: ${path}: cannot be read or written (EFBIG) (${hint})\n`, 1]);
    expect(requests.filter(({ from }) => from === 'storage')).toHaveLength(1);
  });

  it('says at once that there is no network', async () => {
    const endpoint = await closedPort();
    const { pull } = await prepare({}, { HF_ENDPOINT: endpoint });
    const host = new URL(endpoint).host;
    expect(refusal(await pull('hf:maker/tiny'))).toEqual([
      1,
      `unspool: ${host}: cannot be reached (ECONNREFUSED) (check the connection, then run it again)\n`,
    ]);
    expect(refusal(await pull(`${endpoint}/m.gguf`))[0]).toBe(1);
  });

  it('refuses a page that is no model, and an address that leads nowhere', async () => {
    const { pull, storage } = await prepare({ stored: { 'tiny-Q2_K.gguf': Buffer.from('<html>'.repeat(9000)) } });
    expect(refusal(await pull(`${storage}/tiny-Q2_K.gguf`))[1]).toContain('is not a GGUF model');
    expect(refusal(await pull(`${storage}/none.gguf`))[1]).toContain('no such model (404)');
  });

  it('refuses what is no reference', async () => {
    const { pull } = await prepare();
    expect(refusal(await pull('tiny'))[0]).toBe(2);
    expect(refusal(await pull('hf:maker'))[0]).toBe(2);
    expect(refusal(await pull('hf:maker/tiny#sha256=12'))[0]).toBe(2);
    expect(refusal(await pull('http://127.0.0.1/%E0%A4.gguf'))[0]).toBe(2);
    expect(refusal(await pull(`hf:maker/tiny:Q5_K_M#sha256=${sha256(q4)}`))[1]).toContain('has 2 parts');
  });

  it('asks for room for all parts before the first byte', async () => {
    const { home, endpoint, requests } = await prepare();
    const events: RunEvent[] = [];
    const pull = pullModel(
      {
        reference: 'hf:maker/tiny:Q5_K_M',
        locations: {
          userEnvironment: { environment: home.environment, home: home.path, platform: process.platform },
          bundledModel,
          aliasFile: join(home.path, 'aliases.json'),
        },
        hub: { endpoint: new URL(endpoint), token: undefined },
        signal: new AbortController().signal,
        freeBytes: () => 2 * q4.length - 10_000,
      },
      {
        handle: (event) => events.push(event),
        close: () => undefined,
      },
    );
    await expect(pull).rejects.toMatchObject({ code: 'no-space' });
    expect(events).toEqual([]);
    expect(requests.filter(({ from }) => from === 'storage')).toEqual([]);
  });
});
