// The options that say which model embeds what --ask searches, and what it is given.

import type { Embedding } from '../commands/stream/ask/open-meaning.js';
import { usageError } from '../errors.js';
import { apiKeyFrom } from './model-options.js';
import { flagOf } from './options.js';
import type { StreamOptions } from './stream-command.js';

/** Undefined where none is asked for. */
export function embeddingFrom(options: StreamOptions, environment: NodeJS.ProcessEnv): Embedding | undefined {
  const { embeddingModel: model, embeddingServer: server, queryPrefix = '', passagePrefix = '' } = options;
  const prefixes = { query: queryPrefix, passage: passagePrefix };
  if (server !== undefined) return { model: { server, model, apiKey: apiKeyFrom(environment) }, prefixes };
  if (model === undefined) {
    const idle = (['queryPrefix', 'passagePrefix'] as const).find((option) => options[option] !== undefined);
    if (idle === undefined) return undefined;
    throw usageError(`--${flagOf(idle)} has no meaning without an embedding model`, 'give --embedding-model');
  }
  const { threads, gpu, gpuLayers } = options;
  const layers = gpuLayers === 'auto' || gpu === 'off' ? undefined : gpuLayers;
  return { model: { path: model, threads, gpu, gpuLayers: layers }, prefixes };
}
