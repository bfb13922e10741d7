// Checks a model file, finds what it takes and how to run it, and loads it the fastest way that is sure to be right.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { GgufInsights, Llama } from 'node-llama-cpp';
import type { Backend } from '../../engine/backend.js';
import type { ChatModel } from '../../engine/models/chat.js';
import { cacheBytesPerToken, usualCacheTypes, type CacheTypes } from '../../engine/models/cache-types.js';
import type { Gpu, LayerChoice } from '../../engine/models/machine.js';
import { classifyModel, type ModelTraits } from '../../engine/models/model-class.js';
import { policyTraits } from '../../engine/policy.js';
import { UnspoolError } from '../../errors.js';
import { checkCacheTypes } from './cache-types.js';
import { cacheTooLarge, planFit, roomFor, type Fit, type Needs } from '../machine/fit.js';
import { freeMemory, type FreeMemory } from '../machine/free-memory.js';
import { checkGgufHeader, inspectGgufFile, type GgufFile } from '../gguf/file.js';
import { startLlama } from './llama.js';
import type { CacheSize, LoadedModel } from './loaded-model.js';
import { loadInChild, decodeLimitOf, startChild } from './native/backend.js';
import { findLibraries } from './native/find-libraries.js';
import type { NativeProcess } from './native/process.js';
import { loadThroughPublicApi } from './public-api.js';
import type { ModelRequest, ModelInterface } from '../model-choice.js';
import { requirements } from './requirements.js';
import type { RunnableModel } from '../runnable-model.js';
import { FreeThreads } from '../machine/threads.js';

/** A model that can be run here. Its weights are loaded when they are needed. */
export interface OpenedModel extends RunnableModel {
  readonly modelInterface: ModelInterface;
  fit(cells: number, batch: number): Promise<Fit>;
  /** Loads the weights, unless they are, and makes a cache, as `fit` says. */
  createBackend(cells: number, batch: number): Promise<Backend>;
  /**
   * The same for messages: `cells` are for those and their answer together. Only the `public` way answers. Throws an
   * `UnspoolError` for a base model.
   */
  createChat(cells: number, batch: number): Promise<ChatModel>;
}

/** Throws an `UnspoolError` for any file that cannot score text, and for a device that is not there. */
export async function openModel(request: ModelRequest): Promise<OpenedModel> {
  const freeThreads = new FreeThreads();
  await checkGgufHeader(request.path);
  // The public API makes garbage for each token. A young generation that may not grow keeps peak memory flat.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { llama, gpu } = await startLlama(request.gpu ?? 'auto');
  const libraries = request.modelInterface === 'public' ? undefined : findLibraries(llama);
  const [started, inspected] = await Promise.allSettled([
    libraries && startChild(request.path, libraries),
    inspectGgufFile(request.path, llama),
  ]);
  const child = started.status === 'fulfilled' ? started.value : undefined;
  const dispose = async (): Promise<void> => {
    await child?.dispose();
    await llama.dispose();
  };
  try {
    if (inspected.status === 'rejected') throw inspected.reason;
    if (started.status === 'rejected') throw started.reason;
    const { cacheTypes = usualCacheTypes, gpuLayers } = request;
    checkCacheTypes(inspected.value.file, cacheTypes, false);
    if (gpu === undefined && gpuLayers !== undefined && gpuLayers !== 0) throw noGpuFor(gpuLayers);
    const threads = request.threads ?? freeThreads.count(llama.cpuMathCores);
    const free = await freeMemory(llama);
    return { ...modelFrom({ ...inspected.value, llama, gpu, gpuLayers, child, threads, cacheTypes, free }), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface ModelParts {
  readonly llama: Llama;
  readonly gpu: Gpu | undefined;
  readonly gpuLayers: LayerChoice;
  readonly file: GgufFile;
  readonly insights: GgufInsights;
  /** Undefined for the public interface. */
  readonly child: NativeProcess | undefined;
  readonly threads: number;
  readonly cacheTypes: CacheTypes;
  readonly free: FreeMemory;
}

function modelFrom(parts: ModelParts): Omit<OpenedModel, 'dispose'> {
  const { llama, gpu, gpuLayers, file, insights, child, threads, cacheTypes, free } = parts;
  const modelClass = classifyModel(file.traits);
  const swaFullCache = child !== undefined || modelClass.kind === 'shift-full-cache';
  let loaded: { readonly model: LoadedModel; readonly gpuLayers: number } | undefined;

  async function needs(size: CacheSize, layers: number): Promise<Needs> {
    // llama.cpp's output, and in the child a copy to score from.
    const logitCopies = child === undefined ? 1 : 2;
    // node-llama-cpp stops one cell before the end of its context.
    const cells = child === undefined ? size.cells + 1 : size.cells;
    const asked = { ...size, cells, types: cacheTypes, swaFullCache, logitCopies };
    const taken = await requirements(file, insights, asked, layers);
    return loaded === undefined ? taken : { ...taken, weights: { ram: 0, vram: 0 }, mapped: 0 };
  }

  async function fit(cells: number, batch: number): Promise<Fit> {
    const free = await freeMemory(llama);
    checkCells(cells, cacheBytesPerToken(file.cacheNumbers, cacheTypes), file.traits, free);
    const request = {
      path: file.path,
      cells,
      batch: child === undefined ? batch : decodeLimitOf(batch, file),
      layers: gpu === undefined ? 0 : file.layers,
      asked: loaded?.gpuLayers ?? gpuLayers,
      free,
    };
    return planFit(request, (layers) => needs(request, layers));
  }

  function load(layers: number): Promise<LoadedModel> {
    if (child === undefined) return loadThroughPublicApi(llama, file, modelClass, { threads, gpuLayers: layers });
    return loadInChild(child, { llama, file, modelClass, threads, fit });
  }

  async function loadFor(cells: number, batch: number): Promise<LoadedModel> {
    const { gpuLayers: layers } = await fit(cells, batch);
    loaded ??= { model: await load(layers), gpuLayers: layers };
    return loaded.model;
  }

  async function createBackend(cells: number, batch: number): Promise<Backend> {
    const model = await loadFor(cells, batch);
    return model.createBackend({ cells, batch }, cacheTypes);
  }

  async function createChat(cells: number, batch: number): Promise<ChatModel> {
    if (file.chatTemplate === undefined) throw noChatTemplate(file);
    const model = await loadFor(cells, batch);
    if (model.createChat === undefined) throw new Error('the native interface only scores');
    return model.createChat(file.chatTemplate, { cells, batch }, cacheTypes);
  }

  const { path, name, parameters, trainedContext, vocabularySize } = file;
  const modelInterface = child === undefined ? 'public' : 'native';
  const context = `, trained on ${trainedContext ?? 'unknown'} tokens of context`;
  return {
    ...{ path, name, parameters, contextSize: trainedContext, vocabularySize, warnings: [] },
    ...{ modelClass, modelInterface, cacheTypes, keepsCache: true, makesPrompts: true, fit, createBackend },
    settled: {
      model: [{ name: 'model', text: path, option: 'model', note: context }],
      machine: [
        { name: 'threads', text: String(threads), option: 'threads' },
        { name: 'device', text: gpu ?? 'CPU', option: 'gpu', note: `, ${interfaceNames[modelInterface]}` },
      ],
    },
    answersMessages: file.chatTemplate !== undefined,
    async identity() {
      const { size } = await stat(path);
      return { model: name, 'model file': { path: resolve(path), size }, 'cache types': cacheTypes };
    },
    largeBlocks: gpu !== undefined,
    room: {
      cacheBytesPerToken: cacheBytesPerToken(file.cacheNumbers, cacheTypes),
      freeMemoryBytes: roomFor(file.weightBytes, free, gpuLayers),
    },
    checkPolicy(_, { kind }) {
      checkCacheTypes(file, cacheTypes, policyTraits[kind].shifts);
    },
    // What is written rolls through the window as the document did.
    whileWriting: (policy) => policy,
    createBackends: async (cells, batch) => [await createBackend(cells, batch)],
    createChat,
    createChats: async (cells, batch) => [await createChat(cells, batch)],
    peakMemoryBytes: async () => loaded?.model.peakMemoryBytes() ?? 0,
  };
}

const interfaceNames = {
  native: "llama.cpp's own interface in a process of its own",
  public: "node-llama-cpp's interface in this process",
} as const satisfies Record<ModelInterface, string>;

/** Says no at once to what would take minutes to estimate: llama.cpp keeps some bytes for each cell even then. */
function checkCells(cells: number, bytesPerToken: number, traits: ModelTraits, free: FreeMemory): void {
  // Where only some layers keep keys and values, or keep them compressed, it may be a fraction.
  const bytes = (cells * bytesPerToken) / (traits.hybrid || traits.latentAttention ? 16 : 1);
  const room = roomFor(0, free, undefined);
  if (bytes > room) throw cacheTooLarge(cells, bytes, room);
}

function noGpuFor(layers: number | 'all'): UnspoolError {
  const message = `--gpu-layers ${layers}: llama.cpp finds no GPU here`;
  return new UnspoolError('no-gpu', message, 'leave it out, or install the driver of the GPU');
}

function noChatTemplate({ path }: GgufFile): UnspoolError {
  const message = `${path}: is a base model, without a chat template: it goes on with a text, and follows no instructions`;
  return new UnspoolError('no-chat-template', message, 'use --digest, or give --model an instruct model');
}
