// Where this and other programs keep models, as their own sources and documentation say.

import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ModelSource } from '../../engine/events/model-events.js';

export interface UserEnvironment {
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * `tree`: files in folders, `user/repository/file.gguf` or any others. `hub`: the cache of huggingface_hub.
 * `ollama`: manifests that name blobs.
 */
export interface ModelFolder {
  readonly source: ModelSource;
  readonly layout: 'tree' | 'hub' | 'ollama';
  readonly path: string;
}

/** UNSPOOL_MODELS, or `unspool/models` in the data home: XDG_DATA_HOME, else %LOCALAPPDATA% on Windows, else ~/.local/share. */
export function pulledModels({ environment, home, platform }: UserEnvironment): string {
  if (environment.UNSPOOL_MODELS) return environment.UNSPOOL_MODELS;
  const windows = platform === 'win32' ? environment.LOCALAPPDATA : undefined;
  return join(absolute(environment.XDG_DATA_HOME) ?? windows ?? join(home, '.local/share'), 'unspool/models');
}

/** In the order in which a model that several have is said to be theirs. */
export function modelFolders(user: UserEnvironment): ModelFolder[] {
  return [
    { source: 'unspool', layout: 'tree', path: pulledModels(user) },
    { source: 'hugging-face', layout: 'hub', path: hubCache(user) },
    ...llamaCppCaches(user),
    ...lmStudioFolders(user).map((path): ModelFolder => ({ source: 'lm-studio', layout: 'tree', path })),
    ...ollamaFolders(user).map((path): ModelFolder => ({ source: 'ollama', layout: 'ollama', path })),
  ];
}

/** huggingface_hub, constants.py. */
function hubCache({ environment, home }: UserEnvironment): string {
  const [chosen] = [environment.HF_HUB_CACHE, environment.HUGGINGFACE_HUB_CACHE].filter(Boolean);
  const hubHome = [environment.HF_HOME].find(Boolean) ?? join(cacheHome(environment, home), 'huggingface');
  return chosen ?? join(hubHome, 'hub');
}

/** llama.cpp, common/hf-cache.cpp (a hub cache, which LLAMA_CACHE moves) and fs_get_cache_directory (before 2026). */
function llamaCppCaches({ environment, home, platform }: UserEnvironment): ModelFolder[] {
  const tree = (path: string): ModelFolder => ({ source: 'llama.cpp', layout: 'tree', path });
  const { LLAMA_CACHE } = environment;
  if (LLAMA_CACHE) return [{ source: 'llama.cpp', layout: 'hub', path: LLAMA_CACHE }, tree(LLAMA_CACHE)];
  if (platform === 'darwin') return [tree(join(home, 'Library/Caches/llama.cpp'))];
  if (platform === 'win32') return [tree(join(environment.LOCALAPPDATA ?? join(home, 'AppData/Local'), 'llama.cpp'))];
  return [tree(join(cacheHome(environment, home), 'llama.cpp'))];
}

/** LM Studio's findLMStudioHome.ts, and `downloadsFolder` in its settings.json. */
function lmStudioFolders({ home }: UserEnvironment): string[] {
  const pointer = readText(join(home, '.lmstudio-home-pointer'))?.trim();
  const homes = new Set([...(pointer ? [pointer] : []), join(home, '.lmstudio'), join(home, '.cache/lm-studio')]);
  return [...homes].flatMap((folder) => {
    const chosen = downloadsFolder(readText(join(folder, 'settings.json')));
    return [...(chosen === undefined ? [] : [chosen]), join(folder, 'models')];
  });
}

function downloadsFolder(settings = ''): string | undefined {
  try {
    const { downloadsFolder } = JSON.parse(settings) as { downloadsFolder?: unknown };
    return typeof downloadsFolder === 'string' && downloadsFolder !== '' ? downloadsFolder : undefined;
  } catch {
    return undefined;
  }
}

/** Ollama, docs/faq: its Linux service has a home of its own. */
function ollamaFolders({ environment, home, platform }: UserEnvironment): string[] {
  if (environment.OLLAMA_MODELS) return [environment.OLLAMA_MODELS];
  return [join(home, '.ollama/models'), ...(platform === 'linux' ? ['/usr/share/ollama/.ollama/models'] : [])];
}

function cacheHome(environment: NodeJS.ProcessEnv, home: string): string {
  return absolute(environment.XDG_CACHE_HOME) ?? join(home, '.cache');
}

/** The XDG specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
