// The options that say which model runs, and on what.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelLocations } from '../../backends/installed/resolve.js';
import type { ModelChoice, ModelRequest } from '../../backends/model-choice.js';
import { group, option, refuseGiven, type OriginOf, type ValuesOf } from '../../cli/flags.js';
import { InvalidArgumentError, parseChoice, parseCount, parseName, withChoices } from '../../cli/parsers.js';
import { configHome, homeFolder } from '../../cli/user-folders.js';
import { cacheTypes, parseCacheTypes, type CacheTypes } from '../../engine/models/cache-types.js';
import { gpuChoices, type LayerChoice } from '../../engine/models/machine.js';
import { usageError } from '../../errors.js';

export const bundledModel = fileURLToPath(new URL('../../../fixtures/models/base/base.gguf', import.meta.url));
/** What pauses help by its training. */
export const controlModel = fileURLToPath(
  new URL('../../../fixtures/models/pause-control/pause-control.gguf', import.meta.url),
);

/** What runs the model, whatever it does. */
export const machineOptions = ['threads', 'gpu', 'gpuLayers'] as const;

const usualModel = 'a GGUF file, or a name from unspool models (default: the small bundled model)';

/** Of a command that runs models here and on servers. */
export function modelFlags(about = usualModel) {
  return group('Model:', {
    model: option('<file>', about, parseName),
    server: option(
      '<url>',
      'run the model on an OpenAI-compatible server, which knows it as --model; the key is in UNSPOOL_API_KEY; may be ' +
        'given several times',
      parseServers,
    ),
    ...machineFlags,
  });
}

/** Of a command that runs them here only. */
export function localModelFlags(about: string) {
  return group('Model:', { model: option('<file>', about, parseName), ...machineFlags });
}

const parseLayers = withChoices(
  (text: string): LayerChoice | 'auto' =>
    text === 'all' || text === 'auto' ? text : parseCount(0, ', all or auto')(text),
  ['all', 'auto'],
);

const parseTypes = withChoices(readTypes, cacheTypes, true);

function readTypes(text: string): CacheTypes {
  const types = parseCacheTypes(text);
  if (types === undefined) throw new InvalidArgumentError(`Give one of ${cacheTypes.join(', ')}, or KEYS,VALUES.`);
  return types;
}

const machineFlags = {
  threads: option('<count>', 'threads that decode (default: as many as are free)', parseCount(1)),
  gpu: option(
    '<kind>',
    `${gpuChoices.join(', ')} (default: auto, the best that works here)`,
    parseChoice(...gpuChoices),
  ),
  gpuLayers: option('<count>', 'layers on the GPU: a number, all or auto (default: as many as fit)', parseLayers),
  cacheType: option('<type>', `of the cache: ${cacheTypes.join(', ')}, or two, KEYS,VALUES (default: f16)`, parseTypes),
};

export type LocalModelOptions = ValuesOf<ReturnType<typeof localModelFlags>>;
export type ModelOptions = ValuesOf<ReturnType<typeof modelFlags>>;

/** What is asked for of the model; the rest follows from the model and the machine. */
export function modelChoiceFrom(
  options: ModelOptions,
  originOf: OriginOf,
  environment: NodeJS.ProcessEnv,
): ModelChoice {
  const { model, server } = options;
  if (server !== undefined) {
    const hint = 'leave it out: the server was started with its own';
    refuseGiven([...machineOptions, 'cacheType'], originOf, 'with --server', hint);
    // A model that is set once for all belongs to a server that is, too.
    const isItsModel = originOf('model') === 'option' || originOf('server') !== 'option';
    return {
      servers: server,
      model: isItsModel ? model : undefined,
      apiKey: apiKeyFrom(environment),
    };
  }
  return modelRequestFrom(options, originOf);
}

/** Of servers. */
export function apiKeyFrom(environment: NodeJS.ProcessEnv): string | undefined {
  return [environment.UNSPOOL_API_KEY, environment.OPENAI_API_KEY].find((key) => key !== undefined && key !== '');
}

/** The same of a GGUF file. */
export function modelRequestFrom(options: LocalModelOptions, originOf: OriginOf): ModelRequest {
  const { model = bundledModel, threads, gpu, gpuLayers, cacheType } = options;
  if (gpu === 'off' && originOf('gpuLayers') === 'option') {
    throw usageError('--gpu-layers has no meaning with --gpu off', 'leave it out, or use --gpu auto');
  }
  const layers = gpuLayers === 'auto' || gpu === 'off' ? undefined : gpuLayers;
  return { path: model, threads, gpu, gpuLayers: layers, cacheTypes: cacheType };
}

/** Addresses, separated by commas, of an option that may be given several times; each once. */
function parseServers(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...new Set([...(before ?? []), ...text.split(',').map((each) => parseServer(each))])];
}

/** An address without a path of the API: paths are added to it. */
export function parseServer(text: string, option = '--server'): string {
  const trimmed = text.trim();
  const address = trimmed.includes('://') ? trimmed : `http://${trimmed}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (url.username !== '' || url.password !== '' || url.search !== '')) {
    // Says nothing of the address: it may hold a key.
    throw usageError(`${option}: an address holds no user and no key`, 'give the key in UNSPOOL_API_KEY');
  }
  if (url === undefined || trimmed === '' || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('Give an address, such as http://127.0.0.1:8080.');
  }
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
}

export function modelLocationsFrom(environment: NodeJS.ProcessEnv): ModelLocations {
  // Without a home, what cannot be made says so.
  const home = homeFolder() ?? '/';
  const userEnvironment = { environment, home, platform: process.platform };
  return { userEnvironment, bundledModel, aliasFile: join(configHome(environment) ?? home, 'unspool', 'aliases.json') };
}

/** Options that name models, and those that say on which server such a name is one. */
const namesOfModels = [
  ['model', 'server'],
  ['embeddingModel', 'embeddingServer'],
] as const;

/** Options with models as paths of files, whatever the user wrote for them; on a server, it is a name there. */
export async function withModelPaths<Options extends object>(
  options: Options,
  environment: NodeJS.ProcessEnv,
): Promise<Options> {
  const values = options as Readonly<Record<string, unknown>>;
  const named = namesOfModels.flatMap(([name, server]) => {
    const reference = values[name];
    return typeof reference === 'string' && values[server] === undefined ? [[name, reference] as const] : [];
  });
  if (named.length === 0) return options;
  const { resolveModel } = await import('../../backends/installed/resolve.js');
  const locations = modelLocationsFrom(environment);
  return {
    ...options,
    ...Object.fromEntries(named.map(([name, written]) => [name, resolveModel(written, locations)])),
  };
}
