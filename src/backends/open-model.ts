// Checks a model file, then loads it the fastest way that is sure to be right.

import { setFlagsFromString } from 'node:v8';
import type { Llama } from 'node-llama-cpp';
import type { Backend } from '../engine/backend.js';
import { classifyModel, type ModelClass } from '../engine/model-class.js';
import { UnspoolError } from '../errors.js';
import { checkGgufHeader, readGgufFile, type GgufFile } from './gguf-file.js';
import type { LoadedModel } from './loaded-model.js';
import { findLibraries } from './native/find-libraries.js';
import { startLlama } from './llama.js';
import { loadInChild } from './native/backend.js';
import { loadThroughPublicApi } from './public-api.js';
import { FreeThreads } from './threads.js';

/**
 * `native`: llama.cpp's own interface in a child process; scores only. `public`: node-llama-cpp's interface in this
 * one; the same scores, slower, and it draws tokens.
 */
export type Way = 'native' | 'public';

export interface ModelRequest {
  readonly path: string;
  /** Decoding threads; undefined for as many as are free. */
  readonly threads: number | undefined;
  /** Undefined for `native` where it is possible. */
  readonly way?: Way | undefined;
}

export interface OpenedModel {
  readonly file: GgufFile;
  readonly modelClass: ModelClass;
  readonly threads: number;
  readonly gpu: boolean;
  readonly way: Way;
  /** `cells`: the most that the cache will ever hold. `batch`: the most tokens that one decode is given. */
  createBackend(cells: number, batch: number): Promise<Backend>;
  /** Of other processes that work for this one. */
  peakMemoryBytes(): Promise<number>;
  dispose(): Promise<void>;
}

/** Throws an `UnspoolError` for any file that cannot score text. */
export async function openModel(request: ModelRequest): Promise<OpenedModel> {
  const freeThreads = new FreeThreads();
  await checkGgufHeader(request.path);
  // The public API makes garbage for each token. A young generation that may not grow keeps peak memory flat.
  setFlagsFromString('--semi-space-growth-factor=1');
  const llama = await startLlama();
  const file = await readGgufFile(request.path, llama);
  const modelClass = classifyModel(file.traits);
  const threads = request.threads ?? freeThreads.count(llama.cpuMathCores);
  const { model, way } = await load(llama, file, modelClass, { threads, way: request.way });
  return {
    file,
    modelClass,
    threads,
    gpu: model.gpu,
    way,
    createBackend: (cells, batch) => {
      checkCacheSize(file, cells);
      return model.createBackend({ cells, batch });
    },
    peakMemoryBytes: () => model.peakMemoryBytes(),
    async dispose() {
      await model.dispose();
      await llama.dispose();
    },
  };
}

/** Says no before llama.cpp tries for minutes. */
function checkCacheSize(file: GgufFile, cells: number): void {
  const bytes = cells * file.cacheBytesPerToken;
  if (bytes <= process.availableMemory()) return;
  const message = `a cache of ${cells} cells takes ${Math.ceil(bytes / 1e6)} MB, more than the free memory`;
  throw new UnspoolError('cache-too-large', message, 'use a smaller --window');
}

async function load(
  llama: Llama,
  file: GgufFile,
  modelClass: ModelClass,
  { threads, way }: { readonly threads: number; readonly way: Way | undefined },
): Promise<{ readonly model: LoadedModel; readonly way: Way }> {
  const libraries = way === 'public' ? undefined : findLibraries(llama);
  const native = libraries && (await loadInChild(llama, file, modelClass, { libraries, threads }));
  if (native !== undefined) return { model: native, way: 'native' };
  return { model: await loadThroughPublicApi(llama, file, modelClass, threads), way: 'public' };
}
