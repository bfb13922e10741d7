// Models in the folders of each tool, as the tool lays them out.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModels } from '../../../src/backends/installed/find-models.js';
import { modelFolders, pulledModels, type UserEnvironment } from '../../../src/backends/installed/model-folders.js';
import { nameModels } from '../../../src/backends/installed/names.js';
import { ModelHome, tinyModel } from '../../support/model-home.js';

function placeOf(home: ModelHome, more: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux'): UserEnvironment {
  return { environment: { ...home.environment, ...more }, home: home.path, platform };
}

function found(place: UserEnvironment): [source: string, name: string, path: string][] {
  return nameModels(findModels(modelFolders(place))).map(({ source, name, files }) => [source, name, files[0]]);
}

describe('modelFolders', () => {
  const home = '/home/me';
  const paths = (environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] =>
    modelFolders({ environment, home, platform }).map(({ source, path }) => `${source} ${path}`);

  it('are those of the tools on Linux', () => {
    expect(paths({}, 'linux')).toEqual([
      'unspool /home/me/.local/share/unspool/models',
      'hugging-face /home/me/.cache/huggingface/hub',
      'llama.cpp /home/me/.cache/llama.cpp',
      'lm-studio /home/me/.lmstudio/models',
      'lm-studio /home/me/.cache/lm-studio/models',
      'ollama /home/me/.ollama/models',
      'ollama /usr/share/ollama/.ollama/models',
    ]);
  });

  it('are those of the tools on macOS', () => {
    const folders = paths({}, 'darwin');
    expect(folders).toContain('llama.cpp /home/me/Library/Caches/llama.cpp');
    expect(folders).toContain('hugging-face /home/me/.cache/huggingface/hub');
    expect(folders).not.toContain('ollama /usr/share/ollama/.ollama/models');
  });

  it('are those of the tools on Windows', () => {
    const folders = paths({ LOCALAPPDATA: '/appdata' }, 'win32');
    expect(folders).toContain('unspool /appdata/unspool/models');
    expect(folders).toContain('llama.cpp /appdata/llama.cpp');
  });

  it('move with the variables of the tools', () => {
    const folders = paths(
      { UNSPOOL_MODELS: '/u', HF_HOME: '/h', LLAMA_CACHE: '/l', OLLAMA_MODELS: '/o', XDG_CACHE_HOME: '/c' },
      'linux',
    );
    expect(folders).toEqual([
      'unspool /u',
      'hugging-face /h/hub',
      'llama.cpp /l',
      'llama.cpp /l',
      'lm-studio /home/me/.lmstudio/models',
      'lm-studio /home/me/.cache/lm-studio/models',
      'ollama /o',
    ]);
    expect(paths({ HF_HUB_CACHE: '/x', HF_HOME: '/h' }, 'linux')).toContain('hugging-face /x');
    expect(paths({ XDG_CACHE_HOME: '/c' }, 'linux')).toContain('hugging-face /c/huggingface/hub');
  });

  it('take no relative XDG folder', () => {
    expect(pulledModels({ environment: { XDG_DATA_HOME: 'data' }, home, platform: 'linux' })).toBe(
      '/home/me/.local/share/unspool/models',
    );
  });
});

describe('findModels', () => {
  it('finds nothing where there is nothing', () => {
    expect(found(placeOf(new ModelHome()))).toEqual([]);
  });

  it("finds unspool's own", () => {
    const home = new ModelHome();
    const path = home.file('.local/share/unspool/models/maker/tiny-GGUF/tiny-Q4_K_M.gguf', tinyModel('a'));
    const other = home.file('elsewhere/other.gguf', tinyModel('b'));
    expect(found(placeOf(home))).toEqual([['unspool', 'tiny-Q4_K_M', path]]);
    expect(found(placeOf(home, { UNSPOOL_MODELS: join(home.path, 'elsewhere') }))).toEqual([
      ['unspool', 'other', other],
    ]);
  });

  it("finds snapshots in Hugging Face's cache, each blob once", () => {
    const home = new ModelHome();
    const path = home.hubFile('maker/tiny-GGUF', 'tiny-Q8_0.gguf', tinyModel('a'));
    home.hubFile('maker/tiny-GGUF', 'sub/same-Q8_0.gguf', tinyModel('a'));
    home.file('.cache/huggingface/hub/datasets--maker--texts/snapshots/0/texts.gguf', 'no model');
    expect(found(placeOf(home)).map(([source, , file]) => [source, file])).toEqual([['hugging-face', path]]);
  });

  it("finds llama.cpp's cache of today and of before", () => {
    const home = new ModelHome();
    const before = home.file('.cache/llama.cpp/maker_tiny-GGUF_tiny-Q4_0.gguf', tinyModel('a'));
    home.file('.cache/llama.cpp/maker_tiny-GGUF_tiny-Q4_0.gguf.etag', '"x"');
    home.file('.cache/llama.cpp/other.gguf.downloadInProgress', 'GGUF');
    expect(found(placeOf(home))).toEqual([['llama.cpp', 'maker_tiny-GGUF_tiny-Q4_0', before]]);
    const today = home.hubFile('maker/tiny-GGUF', 'tiny-Q4_0.gguf', tinyModel('a'), 'moved');
    expect(found(placeOf(home, { LLAMA_CACHE: join(home.path, 'moved') }))).toEqual([
      ['llama.cpp', 'tiny-Q4_0', today],
    ]);
  });

  it("finds LM Studio's folders: the usual, the pointed at, and the chosen one", () => {
    const home = new ModelHome();
    const usual = home.file('.lmstudio/models/maker/tiny-GGUF/tiny.gguf', tinyModel('a'));
    const older = home.file('.cache/lm-studio/models/maker/older-GGUF/older.gguf', tinyModel('b'));
    const pointed = home.file('studio/models/maker/pointed-GGUF/pointed.gguf', tinyModel('c'));
    const chosen = home.file('disk/maker/chosen-GGUF/chosen.gguf', tinyModel('d'));
    home.file('.lmstudio-home-pointer', `${join(home.path, 'studio')}\n`);
    home.file('studio/settings.json', JSON.stringify({ downloadsFolder: join(home.path, 'disk') }));
    expect(found(placeOf(home))).toEqual([
      ['lm-studio', 'chosen', chosen],
      ['lm-studio', 'pointed', pointed],
      ['lm-studio', 'tiny', usual],
      ['lm-studio', 'older', older],
    ]);
  });

  it("finds Ollama's models under the names that Ollama shows", () => {
    const home = new ModelHome();
    const own = home.ollamaModel('registry.example/library/llama3.2/3b', tinyModel('a'));
    const user = home.ollamaModel('registry.example/me/mine/latest', tinyModel('b'));
    const hub = home.ollamaModel('hf.co/maker/tiny-GGUF/Q4_K_M', tinyModel('c'));
    home.file('.ollama/models/manifests/registry.example/library/broken/latest', '{');
    expect(found(placeOf(home))).toEqual([
      ['ollama', 'hf.co/maker/tiny-GGUF:Q4_K_M', hub],
      ['ollama', 'llama3.2:3b', own],
      ['ollama', 'me/mine:latest', user],
    ]);
  });

  it('takes the parts of a split model together, and leaves parts of other kinds out', () => {
    const home = new ModelHome();
    const folder = '.lmstudio/models/maker/big-GGUF';
    const parts = [1, 2, 3].map((part) =>
      home.file(`${folder}/big-Q4_K_M-0000${part}-of-00003.gguf`, tinyModel(`part ${part}`)),
    );
    home.file(`${folder}/mmproj-big-F16.gguf`, tinyModel('projector'));
    home.file(`${folder}/big-draft-Q4_0.gguf`, tinyModel('draft'));
    const models = findModels(modelFolders(placeOf(home)));
    expect(models).toHaveLength(1);
    expect(models[0]?.files).toEqual(parts);
    expect(models[0]?.bytes).toBe(3 * tinyModel('part 1').length);
    expect(nameModels(models)[0]?.name).toBe('big-Q4_K_M');
  });

  it('lists a file once that another tool links to, under the names of both', () => {
    const home = new ModelHome();
    const blob = home.ollamaModel('registry.example/library/tiny/latest', tinyModel('a'));
    const link = home.link('.lmstudio/models/ollama/tiny/tiny.gguf', blob);
    const models = findModels(modelFolders(placeOf(home)));
    expect(models.map(({ files }) => files)).toEqual([[link]]);
    expect(models[0]?.names).toEqual(expect.arrayContaining(['tiny', 'tiny:latest']));
  });

  it('survives links to nowhere and in circles', () => {
    const home = new ModelHome();
    home.link('.lmstudio/models/gone.gguf', join(home.path, 'nowhere'));
    home.link('.lmstudio/models/circle/up', join(home.path, '.lmstudio/models'));
    const path = home.file('.lmstudio/models/tiny.gguf', tinyModel('a'));
    expect(found(placeOf(home))).toEqual([['lm-studio', 'tiny', path]]);
  });
});
