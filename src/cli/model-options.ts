// The options that say which model runs, and on what.

import { InvalidArgumentError, type Command } from 'commander';
import type { ModelRequest } from '../backends/open-model.js';
import { cacheTypes, parseCacheTypes, type CacheTypes } from '../engine/cache-types.js';
import { gpuChoices, type GpuChoice, type LayerChoice } from '../engine/machine.js';
import { usageError } from '../errors.js';
import { bundledModel, parseChoice, parseCount, parseName, withChoices, type OriginOf } from './options.js';

export interface ModelOptions {
  readonly model?: string;
  readonly threads?: number;
  readonly gpu?: GpuChoice;
  readonly gpuLayers?: LayerChoice | 'auto';
  readonly cacheType?: CacheTypes;
}

/** What runs the model, whatever it does. */
export const machineOptions = ['threads', 'gpu', 'gpuLayers'] as const satisfies (keyof ModelOptions)[];

export function addModelOptions(
  command: Command,
  about = 'a GGUF file, or a name from unspool models (default: the small bundled model)',
): Command {
  return command
    .optionsGroup('Model:')
    .option('--model <file>', about, parseName)
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
export function modelRequestFrom(options: ModelOptions, originOf: OriginOf): ModelRequest {
  const { model = bundledModel, threads, gpu, gpuLayers, cacheType } = options;
  if (gpu === 'off' && originOf('gpuLayers') === 'option') {
    throw usageError('--gpu-layers has no meaning with --gpu off', 'leave it out, or use --gpu auto');
  }
  const layers = gpuLayers === 'auto' || gpu === 'off' ? undefined : gpuLayers;
  return { path: model, threads, gpu, gpuLayers: layers, cacheTypes: cacheType };
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
