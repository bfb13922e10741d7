// The options that say which model runs, and on what.

import { InvalidArgumentError, type Command } from 'commander';
import type { ModelChoice, ModelRequest } from '../backends/model-choice.js';
import { cacheTypes, parseCacheTypes, type CacheTypes } from '../engine/models/cache-types.js';
import { gpuChoices, type GpuChoice, type LayerChoice } from '../engine/models/machine.js';
import { usageError } from '../errors.js';
import { bundledModel, flagOf, parseChoice, parseCount, parseName, withChoices, type OriginOf } from './options.js';

export interface ModelOptions {
  readonly model?: string;
  readonly server?: readonly string[];
  readonly threads?: number;
  readonly gpu?: GpuChoice;
  readonly gpuLayers?: LayerChoice | 'auto';
  readonly cacheType?: CacheTypes;
}

/** What runs the model, whatever it does. */
export const machineOptions = ['threads', 'gpu', 'gpuLayers'] as const satisfies (keyof ModelOptions)[];

const usualModel = 'a GGUF file, or a name from unspool models (default: the small bundled model)';

/** Of a command that runs models here and on servers. */
export function addModelOptions(command: Command, about = usualModel): Command {
  addModel(command, about).option(
    '--server <url>',
    'run the model on an OpenAI-compatible server, which knows it as --model; the key is in UNSPOOL_API_KEY; may be ' +
      'given several times',
    parseServers,
  );
  return addMachineOptions(command);
}

/** Of a command that runs them here only. */
export function addLocalModelOptions(command: Command, about: string): Command {
  return addMachineOptions(addModel(command, about));
}

function addModel(command: Command, about: string): Command {
  return command.optionsGroup('Model:').option('--model <file>', about, parseName);
}

function addMachineOptions(command: Command): Command {
  return command
    .option('--threads <count>', 'threads that decode (default: as many as are free)', parseCount(1))
    .option(
      '--gpu <kind>',
      `${gpuChoices.join(', ')} (default: auto, the best that works here)`,
      parseChoice(...gpuChoices),
    )
    .option('--gpu-layers <count>', 'layers on the GPU: a number, all or auto (default: as many as fit)', parseLayers)
    .option(
      '--cache-type <type>',
      `of the cache: ${cacheTypes.join(', ')}, or two, KEYS,VALUES (default: f16)`,
      parseTypes,
    );
}

/** What is asked for of the model; the rest follows from the model and the machine. */
export function modelChoiceFrom(
  options: ModelOptions,
  originOf: OriginOf,
  environment: NodeJS.ProcessEnv,
): ModelChoice {
  const { model, server } = options;
  if (server !== undefined) {
    for (const option of [...machineOptions, 'cacheType']) {
      if (originOf(option) !== 'option') continue;
      const hint = 'leave it out: the server was started with its own';
      throw usageError(`--${flagOf(option)} has no meaning with --server`, hint);
    }
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
export function modelRequestFrom(options: ModelOptions, originOf: OriginOf): ModelRequest {
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
