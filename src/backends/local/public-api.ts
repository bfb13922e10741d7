// Runs a GGUF in this process, through node-llama-cpp's public API.

import type { Llama, LlamaContext, LlamaContextOptions, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { GeneratingBackend, Sampling } from '../../engine/backend.js';
import type { CacheTypes } from '../../engine/models/cache-types.js';
import { canShift, type ModelClass } from '../../engine/models/model-class.js';
import { policyKinds, policyTraits, type PolicyKind } from '../../engine/policy.js';
import { flashAttention, ggmlType } from './cache-types.js';
import { createChat } from './chat/chat.js';
import type { GgufFile } from '../gguf/file.js';
import { ggufVocabulary } from '../gguf/vocabulary.js';
import {
  cacheRefused,
  cacheUnread,
  cacheUnsaved,
  modelLoadError,
  type CacheSize,
  type LoadedModel,
} from './loaded-model.js';
import { decode } from './scores.js';

/** Loads the weights here. Scores, and draws tokens. */
export async function loadThroughPublicApi(
  llama: Llama,
  file: GgufFile,
  modelClass: ModelClass,
  { threads, gpuLayers }: { readonly threads: number; readonly gpuLayers: number },
): Promise<LoadedModel> {
  const model = await loadWeights(llama, file, gpuLayers);
  return {
    createBackend: (size, types) => createBackend(model, modelClass, { ...size, types, threads }),
    createChat: async (template, size, types) =>
      createChat(
        model,
        { name: file.name, template, ...size },
        await open(model, modelClass, { ...size, types, threads }),
      ),
    peakMemoryBytes: () => Promise.resolve(0),
  };
}

async function loadWeights(llama: Llama, file: GgufFile, gpuLayers: number): Promise<LlamaModel> {
  try {
    // What fits is planned already.
    return await llama.loadModel({ modelPath: file.path, gpuLayers, ignoreMemorySafetyChecks: true });
  } catch (error) {
    throw modelLoadError(file, error);
  }
}

interface PublicContextOptions extends CacheSize {
  readonly types: CacheTypes;
  readonly threads: number;
}

async function open(
  model: LlamaModel,
  modelClass: ModelClass,
  { cells, batch, types, threads }: PublicContextOptions,
): Promise<LlamaContextSequence> {
  const context = await createContext(model, {
    // The library stops one cell before the end of its context.
    contextSize: cells + 1,
    batchSize: batch,
    threads,
    flashAttention: flashAttention(types, model.gpuLayers > 0),
    /* eslint-disable @typescript-eslint/no-deprecated -- marked so because wrong types crash it: checkCacheTypes() */
    experimentalKvCacheKeyType: ggmlType(types.keys),
    experimentalKvCacheValueType: ggmlType(types.values),
    /* eslint-enable @typescript-eslint/no-deprecated */
    ignoreMemorySafetyChecks: true,
    // Without the whole cache, any eviction on such a model drops everything and evaluates it again.
    swaFullCache: modelClass.kind === 'shift-full-cache',
  });
  return context.getSequence({ contextShift: { strategy: refuseShift } });
}

async function createBackend(
  model: LlamaModel,
  modelClass: ModelClass,
  options: PublicContextOptions,
): Promise<GeneratingBackend> {
  const sequence = await open(model, modelClass, options);
  const inTurn = queue();
  return {
    capabilities: { policies: policiesFor(modelClass), scores: true },
    vocabulary: ggufVocabulary(model),
    decode: (tokens, targets) => inTurn(() => decode(sequence, tokens, targets)),
    generate: (token, sampling) => inTurn(() => generate(sequence, token, sampling)),
    erase: ({ from, to }) => inTurn(() => sequence.eraseContextTokenRanges([{ start: from, end: to }])),
    clear: () => inTurn(() => sequence.clearHistory()),
    saveCache: (path) => inTurn(() => save(sequence, path)),
    loadCache: (path) => inTurn(() => load(sequence, path)),
    dispose: () => sequence.context.dispose(),
  };
}

/** Runs each task once the one before it is over. */
function queue(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  };
}

async function createContext(
  model: LlamaModel,
  options: LlamaContextOptions & { readonly contextSize: number },
): Promise<LlamaContext> {
  try {
    return await model.createContext(options);
  } catch (error) {
    throw cacheRefused(options.contextSize - 1, error);
  }
}

/** A sinkless window would silently become `recompute` in the library. */
function policiesFor(modelClass: ModelClass): readonly PolicyKind[] {
  return policyKinds.filter((kind) => {
    const { shifts, keepsSinks } = policyTraits[kind];
    // What starts at the lowest cell, the library takes for all of the cache.
    return !shifts || (keepsSinks && canShift(modelClass));
  });
}

/** The engine owns capacity: the library's own shift would erase sinks. */
function refuseShift(): never {
  throw new Error('the cache is full: the engine should have made room');
}

async function save(sequence: LlamaContextSequence, path: string): Promise<void> {
  try {
    await sequence.saveStateToFile(path);
  } catch (error) {
    throw cacheUnsaved(path, error);
  }
}

async function load(sequence: LlamaContextSequence, path: string): Promise<void> {
  try {
    // The risk is that of a file from elsewhere: this one's checksum was found to be right.
    await sequence.loadStateFromFile(path, { acceptRisk: true });
  } catch (error) {
    throw cacheUnread(path, error);
  }
}

async function generate(
  sequence: LlamaContextSequence,
  token: number,
  { temperature, topP, minP, seed }: Sampling,
): Promise<number> {
  const options = {
    temperature,
    topP,
    minP,
    // The library would sample from the 40 likeliest tokens only; 0 stands for all of them.
    topK: 0,
    // llama.cpp takes this one seed (LLAMA_DEFAULT_SEED) as a wish for a random one.
    seed: seed === 0xffffffff ? 0 : seed,
  };
  const outputs = await sequence.controlledEvaluate([[token as Token, { generateNext: { token: true, options } }]]);
  const next = outputs[0]?.next.token;
  if (next === undefined || next === null) throw new Error('llama.cpp returned no token');
  return next;
}
