// Which model a name, an alias or a reference means.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nearNames } from '../../../src/backends/installed/names.js';
import { readAliases, writeAliases } from '../../../src/backends/installed/aliases.js';
import { parseReference } from '../../../src/backends/hub/references.js';
import { modelsOn, resolveModel, type ModelLocations } from '../../../src/backends/installed/resolve.js';
import { bundledModel } from '../../../src/commands/options/model.js';
import { UnspoolError } from '../../../src/errors.js';
import { ModelHome, tinyModel } from '../../support/model-home.js';

function locationsOf(home: ModelHome): ModelLocations {
  const userEnvironment = { environment: home.environment, home: home.path, platform: 'linux' } as const;
  return { userEnvironment, bundledModel, aliasFile: join(home.path, '.config/unspool/aliases.json') };
}

const pulled = '.local/share/unspool/models';

function refusal(reference: string, locations: ModelLocations): [code: string, text: string] {
  try {
    resolveModel(reference, locations);
  } catch (error) {
    if (error instanceof UnspoolError) return [error.code, `${error.message} (${error.hint ?? ''})`];
  }
  throw new Error('no refusal');
}

describe('resolveModel', () => {
  it('takes a file first, then an alias, then a name in any case', () => {
    const home = new ModelHome();
    const locations = locationsOf(home);
    const small = home.file(`${pulled}/maker/small-GGUF/small-Q4_K_M.gguf`, tinyModel('a'));
    const other = home.file('other', tinyModel('b'));
    writeAliases(
      locations.aliasFile,
      new Map([
        ['tiny', 'small-Q4_K_M'],
        [other, 'small-Q4_K_M'],
        ['mine', other],
      ]),
    );
    expect(resolveModel('bundled', locations)).toBe(bundledModel);
    expect(resolveModel('SMALL-q4_k_m', locations)).toBe(small);
    expect(resolveModel('maker/small-GGUF/small-Q4_K_M', locations)).toBe(small);
    expect(resolveModel('tiny', locations)).toBe(small);
    expect(resolveModel('mine', locations)).toBe(other);
    expect(resolveModel(other, locations)).toBe(other);
  });

  it('takes references to what was pulled, by unspool or another tool', () => {
    const home = new ModelHome();
    const locations = locationsOf(home);
    const folder = `${pulled}/maker/tiny-GGUF`;
    const q8 = home.file(`${folder}/tiny-Q8_0.gguf`, tinyModel('a'));
    const q2 = home.file(`${folder}/tiny-Q2_K.gguf`, tinyModel('b'));
    const url = home.file(`${pulled}/models.example/some/plain.gguf`, tinyModel('c'));
    const hub = home.hubFile('maker/hub-GGUF', 'hub-Q4_0.gguf', tinyModel('d'));
    expect(resolveModel('hf:maker/tiny-GGUF:q2_k', locations)).toBe(q2);
    expect(resolveModel('hf:maker/tiny-GGUF', locations)).toBe(q8);
    expect(resolveModel('hf:maker/tiny-GGUF/tiny-Q2_K.gguf', locations)).toBe(q2);
    expect(resolveModel('hf:Maker/Hub-GGUF', locations)).toBe(hub);
    expect(resolveModel('https://models.example/some/plain.gguf', locations)).toBe(url);
    expect(refusal('hf:maker/tiny-GGUF:Q6_K', locations)).toEqual([
      'model-not-found',
      'hf:maker/tiny-GGUF:Q6_K: is not on this machine (unspool models pull hf:maker/tiny-GGUF:Q6_K)',
    ]);
  });

  it('takes a reference to a file by its folder, as a pull does', () => {
    const home = new ModelHome();
    const locations = locationsOf(home);
    home.file(`${pulled}/maker/tiny-GGUF/A/same.gguf`, tinyModel('a'));
    expect(refusal('hf:maker/tiny-GGUF/B/same.gguf', locations)[0]).toBe('model-not-found');
    const b = home.hubFile('maker/tiny-GGUF', 'B/same.gguf', tinyModel('b'));
    expect(resolveModel('hf:maker/tiny-GGUF/B/same.gguf', locations)).toBe(b);
  });

  it('takes the plainest name of a quantisation, as a pull does', () => {
    const home = new ModelHome();
    home.file(`${pulled}/maker/tiny-GGUF/tiny-A-Q4_K_M.gguf`, tinyModel('a'));
    const plain = home.file(`${pulled}/maker/tiny-GGUF/tiny-Q4_K_M.gguf`, tinyModel('b'));
    expect(resolveModel('hf:maker/tiny-GGUF:Q4_K_M', locationsOf(home))).toBe(plain);
    expect(resolveModel('hf:maker/tiny-GGUF', locationsOf(home))).toBe(plain);
  });

  it('takes URLs by host, port and folders, however deep', () => {
    const home = new ModelHome();
    const locations = locationsOf(home);
    const folder = 'maker/tiny/releases/download/v1/Q8_0';
    const one = home.file(`${pulled}/models.example_8080/${folder}/m.gguf`, tinyModel('a'));
    expect(resolveModel(`http://models.example:8080/${folder}/m.gguf?key=1`, locations)).toBe(one);
    for (const other of [`http://models.example/${folder}/m.gguf`, 'http://models.example:8080/m.gguf'])
      expect(refusal(other, locations)[0]).toBe('model-not-found');
    expect(refusal('http://models.example/%E0%A4.gguf', locations)[0]).toBe('usage');
  });

  it('says what is near to an unknown name', () => {
    const home = new ModelHome();
    const locations = locationsOf(home);
    home.file(`${pulled}/maker/Qwen3-GGUF/Qwen3-4B-Q4_K_M.gguf`, tinyModel('a'));
    expect(refusal('bundeld', locations)[1]).toContain('did you mean bundled?');
    expect(refusal('qwen3-4b', locations)[1]).toContain('did you mean Qwen3-4B-Q4_K_M?');
    expect(refusal('gpt', locations)[1]).toContain('unspool models lists those there are');
  });

  it('leaves what looks like a path to whoever opens it', () => {
    expect(resolveModel('/nowhere/model.gguf', locationsOf(new ModelHome()))).toBe('/nowhere/model.gguf');
  });

  it('says that an alias leads nowhere', () => {
    const home = new ModelHome();
    const locations = locationsOf(home);
    writeAliases(locations.aliasFile, new Map([['small', 'hf:maker/tiny-GGUF:Q4_K_M']]));
    expect(refusal('small', locations)[1]).toBe(
      'small: stands for hf:maker/tiny-GGUF:Q4_K_M, which is not here (unspool models pull hf:maker/tiny-GGUF:Q4_K_M)',
    );
  });
});

describe('names', () => {
  it('of two models differ, and the shorter one means neither', () => {
    const home = new ModelHome();
    const locations = locationsOf(home);
    home.file(`${pulled}/one/tiny-GGUF/tiny.gguf`, tinyModel('a'));
    home.file('.lmstudio/models/two/tiny-GGUF/tiny.gguf', tinyModel('b'));
    expect(modelsOn(locations).map(({ name }) => name)).toEqual([
      'bundled',
      'one/tiny-GGUF/tiny',
      'two/tiny-GGUF/tiny',
    ]);
    expect(refusal('tiny', locations)).toEqual([
      'model-ambiguous',
      'tiny: is the name of 2 models (write one/tiny-GGUF/tiny or two/tiny-GGUF/tiny)',
    ]);
  });

  it('are near that go on from what was typed, or differ by a third at most', () => {
    const names = ['Llama-3.2-1B', 'Llama-3.2-3B', 'gemma-3', 'phi-4'];
    expect(nearNames('llama-3.2', names)).toEqual(['Llama-3.2-1B', 'Llama-3.2-3B']);
    expect(nearNames('gema-3', names)).toEqual(['gemma-3']);
    expect(nearNames('mistral', names)).toEqual([]);
  });
});

describe('parseReference', () => {
  const sha256 = 'ab'.repeat(32);

  it('reads each form', () => {
    const hub = { kind: 'hub', repository: 'a/b-GGUF', file: undefined, quantization: undefined, sha256: undefined };
    expect(parseReference('hf:a/b-GGUF')).toEqual(hub);
    expect(parseReference('hf:a/b-GGUF:Q4_K_M')).toEqual({ ...hub, quantization: 'Q4_K_M' });
    expect(parseReference('hf:a/b-GGUF/sub/m.gguf')).toEqual({ ...hub, file: 'sub/m.gguf' });
    expect(parseReference(`hf:a/b-GGUF:Q8_0#sha256=${sha256.toUpperCase()}`)).toEqual({
      ...hub,
      quantization: 'Q8_0',
      sha256,
    });
    expect(parseReference(`https://x.example/m.gguf?a=1#sha256=${sha256}`)).toEqual({
      kind: 'url',
      url: new URL('https://x.example/m.gguf?a=1'),
      sha256,
    });
    expect(parseReference('model.gguf')).toBeUndefined();
  });

  it.each([
    'hf:a',
    'hf:a/b/c',
    'hf:a/b:',
    'hf:a/b/../../etc/m.gguf',
    'hf:../b',
    'hf:a/b#main',
    'https://x.example/m.gguf#sha256=abc',
    'https://',
  ])('refuses %s', (text) => {
    expect(() => parseReference(text)).toThrow(UnspoolError);
  });
});

describe('aliases', () => {
  it('are none where there is no file, and a damaged file is no list of none', () => {
    const home = new ModelHome();
    expect(readAliases(join(home.path, 'none.json')).size).toBe(0);
    for (const text of ['{', '[1]', '{"a": 1}', 'null'])
      expect(() => readAliases(home.file('aliases.json', text)), text).toThrow('is no JSON object of texts');
  });
});
