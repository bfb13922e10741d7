// unspool models through the real binary: list, info, alias, and --model.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledModel } from '../../src/commands/options/model.js';
import { file, shell, type Result } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { ModelHome, tinyModel } from '../support/model-home.js';
import { checked } from '../support/schema.js';

const pulled = '.local/share/unspool/models';
const text = file('text.txt', 'a b a b\n');

async function models(home: ModelHome, ...args: string[]): Promise<Result> {
  return unspool(['models', ...args], { environment: home.environment });
}

/** A line of usage or failure on standard error, nothing on standard output. */
function refusal({ stdout, stderr, code }: Result): [code: number | null, text: string] {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
  return [code, stderr];
}

describe('unspool models', () => {
  it('lists the bundled model where there is no other', async () => {
    const { stdout, stderr, code } = await models(new ModelHome());
    const [header = '', row = '', ...rest] = stdout.split('\n');
    expect([header.split(/ {2,}/), row.split(/ {2,}/)]).toEqual([
      ['name', 'kind', 'parameters', 'size', 'trained on', 'in view', 'memory', 'makes room by', 'from'],
      ['bundled', 'base', '3.2M', '6.58 MB', '512', '512', '7.63 MB', 'shift', 'bundled'],
    ]);
    expect(rest.join(' ')).toMatch(/in view: tokens that a run keeps by default\. .* are free now\.\s*$/);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('lists models of all tools, broken ones too', async () => {
    const home = new ModelHome();
    home.file(`${pulled}/maker/chat-GGUF/chat-Q4_0.gguf`, tinyModel('a', { 'tokenizer.chat_template': '{{ x }}' }));
    home.hubFile('maker/hub-GGUF', 'hub-Q8_0.gguf', tinyModel('b'));
    home.ollamaModel('registry.example/library/tiny/latest', tinyModel('c'));
    const broken = home.file('.lmstudio/models/maker/broken-GGUF/broken.gguf', tinyModel('d').subarray(0, 200));
    home.file('.lmstudio/models/maker/broken-GGUF/mmproj-broken.gguf', tinyModel('e'));
    await models(home, 'alias', 'small', 'chat-Q4_0');
    const { stdout, code } = await models(home);
    expect(stdout).toMatch(/^chat-Q4_0 +chat .* unspool +small$/m);
    expect(stdout).toMatch(/^hub-Q8_0 +base .* hugging-face$/m);
    expect(stdout).toMatch(/^broken +broken +- .* cut short, damaged or no GGUF +lm-studio$/m);
    expect(stdout).toMatch(/^tiny:latest +base .* ollama$/m);
    expect(stdout).not.toContain('mmproj');
    expect(code).toBe(0);
    const events = checked((await models(home, 'list', '--json')).stdout);
    expect(events.map(({ event, name }) => [event, name])).toEqual([
      ['model', 'bundled'],
      ['model', 'chat-Q4_0'],
      ['model', 'hub-Q8_0'],
      ['model', 'broken'],
      ['model', 'tiny:latest'],
    ]);
    expect(events[1]).toMatchObject({ aliases: ['small'], source: 'unspool', model: { kind: 'chat', room: 'shift' } });
    expect(events[3]).toMatchObject({ path: broken, model: null, problem: 'cut short, damaged or no GGUF' });
  });

  it('ends quietly where its reader leaves', async () => {
    const home = new ModelHome();
    const { stderr, code } = await shell('unspool models --json | true; exit ${PIPESTATUS[0]}', {
      environment: home.environment,
    });
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('refuses an unknown command and an unknown option', async () => {
    expect(refusal(await models(new ModelHome(), 'lsit'))).toEqual([
      2,
      "unspool: models: unknown command 'lsit' (see unspool models --help)\n",
    ]);
    expect(refusal(await models(new ModelHome(), 'list', '--jsno'))[0]).toBe(2);
  });
});

describe('unspool models info', () => {
  it('shows what is in a model', async () => {
    const { stdout, stderr, code } = await models(new ModelHome(), 'info', 'bundled');
    const rows = Object.fromEntries(stdout.split('\n').map((line) => line.split(/ {2,}/, 2))) as Record<string, string>;
    expect(rows).toMatchObject({
      title: 'unspool base',
      architecture: 'llama',
      parameters: '3.2M (3,221,952)',
      quantisation: 'F16',
      'trained on': '512 tokens of context',
      vocabulary: '4,096 entries, tokenizer gpt2 (gpt-2)',
      'special tokens': 'bos <s> (0), eos </s> (1), padding <pad> (2), adds bos',
      'chat template': 'no',
      heads: '6, 3 of them with keys and values; 32 wide',
      cache: '2,304 bytes a token (F16)',
      policy: 'sinks:4+508/64 by default here, on a CPU',
      memory: '7.63 MB with 512 tokens in view',
      licence: 'mit',
    });
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('gives the same as data, with the memory at 4,096 tokens and at the trained context', async () => {
    const home = new ModelHome();
    const path = home.file('models/long.gguf', tinyModel('long', { 'llama.context_length': 131_072 }));
    const [event] = checked((await models(home, 'info', '--json', path)).stdout);
    // One layer of two heads, 16 wide, keys and values, in F16; three embeddings of 32 in F32.
    const bytes = (tokens: number): number => 3 * 32 * 4 + tokens * 2 * 16 * 2 * 2;
    expect(event).toMatchObject({
      event: 'model-details',
      source: 'file',
      path,
      needs: [
        { capacity: 4096, bytes: bytes(4096) },
        { capacity: 131_072, bytes: bytes(131_072) },
      ],
    });
  });

  it('says what keeps unspool from running a model', async () => {
    const home = new ModelHome();
    const path = home.file('embedding.gguf', tinyModel('e', { 'llama.pooling_type': 1 }));
    const { stdout } = await models(home, 'info', path);
    expect(stdout).toMatch(/^kind +embedding: it predicts no next token$/m);
    expect(stdout).toMatch(/^policy +none: unspool cannot run it$/m);
  });

  it('refuses what is no model', async () => {
    const home = new ModelHome();
    const adapter = home.file('lora.gguf', tinyModel('l', { 'general.type': 'adapter' }));
    expect(refusal(await models(home, 'info', adapter))).toEqual([
      1,
      `unspool: ${adapter}: is an adapter (LoRA), no model\n`,
    ]);
    expect(refusal(await models(home, 'info', text))[1]).toContain('is not a GGUF model');
    expect(refusal(await models(home, 'info', 'bundeld'))[1]).toContain('did you mean bundled?');
    expect(refusal(await models(home, 'info'))[0]).toBe(2);
  });
});

describe('unspool models alias', () => {
  it('names a model, lists the names, and forgets them', async () => {
    const home = new ModelHome();
    const set = await models(home, 'alias', 'small', 'bundled');
    expect(set.stdout).toMatch(/^alias +model +file\nsmall +bundled +\S+base\.gguf\n$/);
    await models(home, 'alias', 'later', 'hf:maker/tiny-GGUF:Q4_K_M');
    const list = checked((await models(home, 'alias', '--json')).stdout);
    expect(list).toEqual([
      { schema: 1, event: 'alias', alias: 'later', reference: 'hf:maker/tiny-GGUF:Q4_K_M', path: null },
      { schema: 1, event: 'alias', alias: 'small', reference: 'bundled', path: bundledModel },
    ]);
    expect(await models(home, 'alias', '--remove', 'small')).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(readFileSync(join(home.path, '.config/unspool/aliases.json'), 'utf8')).toBe(
      '{\n  "later": "hf:maker/tiny-GGUF:Q4_K_M"\n}\n',
    );
  });

  it('keeps the whole path of a file', async () => {
    const home = new ModelHome();
    const path = home.file('a model.gguf', tinyModel('a'));
    const { stdout } = await shell(`cd "${home.path}" && unspool models alias --json mine 'a model.gguf'`, {
      environment: home.environment,
    });
    expect(checked(stdout)).toMatchObject([{ reference: path, path }]);
  });

  it('refuses names that cannot be typed, models that are not there, and half a command', async () => {
    const home = new ModelHome();
    expect(refusal(await models(home, 'alias', 'a/b', 'bundled'))[0]).toBe(2);
    expect(refusal(await models(home, 'alias', 'small'))).toEqual([
      2,
      'unspool: small: which model is it to stand for? (unspool models alias small MODEL)\n',
    ]);
    expect(refusal(await models(home, 'alias', 'small', '/nowhere/m.gguf'))[0]).toBe(1);
    expect(refusal(await models(home, 'alias', 'small', 'hf:x'))[0]).toBe(2);
    expect(refusal(await models(home, 'alias', '--remove', 'none'))).toEqual([
      1,
      'unspool: none: no such alias (unspool models alias lists them)\n',
    ]);
    expect(refusal(await models(home, 'alias', '--remove'))[0]).toBe(2);
    expect(existsSync(join(home.path, '.config'))).toBe(false);
  });

  it('says that its file is damaged', async () => {
    const home = new ModelHome();
    const path = home.file('.config/unspool/aliases.json', '{"small": ');
    expect(refusal(await models(home, 'alias'))).toEqual([
      1,
      `unspool: ${path}: is no JSON object of texts (mend it, or delete it)\n`,
    ]);
  });
});

describe('--model', () => {
  const perplexity = (home: ModelHome, model: string, ...more: string[]): Promise<Result> =>
    unspool(['stream', '--perplexity', ...more, '--model', model, text], { environment: home.environment });

  it('takes an alias, in every command, and --verbose shows what became of it', async () => {
    const home = new ModelHome();
    await models(home, 'alias', 'small', 'bundled');
    const stream = await perplexity(home, 'small', '-v');
    expect(stream.stderr).toContain(`${bundledModel} (option)`);
    expect(stream.code).toBe(0);
    const analyze = await unspool(['analyze', text], { environment: { ...home.environment, UNSPOOL_MODEL: 'small' } });
    expect(analyze.stdout).toContain('unspool base');
  });

  it('says which models are near to an unknown one', async () => {
    expect(refusal(await perplexity(new ModelHome(), 'bundeld'))).toEqual([
      1,
      'unspool: bundeld: no such file, alias or model (did you mean bundled?)\n',
    ]);
  });

  it('says how to pull what is not here', async () => {
    expect(refusal(await perplexity(new ModelHome(), 'hf:maker/tiny-GGUF:Q4_K_M'))[1]).toContain(
      '(unspool models pull hf:maker/tiny-GGUF:Q4_K_M)',
    );
  });
});
