// What both ways of running a GGUF offer, and how their failures read.

import type { Backend } from '../../engine/backend.js';
import type { CacheTypes } from '../../engine/models/cache-types.js';
import type { ChatModel } from '../../engine/models/chat.js';
import { UnspoolError } from '../../errors.js';
import type { GgufFile } from '../gguf/file.js';

/** Counts in tokens. */
export interface CacheSize {
  /** The most that the cache will ever hold. */
  readonly cells: number;
  /** The most tokens that one decode is given. */
  readonly batch: number;
}

/** Weights in memory. */
export interface LoadedModel {
  createBackend(size: CacheSize, types: CacheTypes): Promise<Backend>;
  /** `template`: in Jinja. Absent where weights only score. */
  createChat?(template: string, size: CacheSize, types: CacheTypes): Promise<ChatModel>;
  /** Of other processes than this one. */
  peakMemoryBytes(): Promise<number>;
}

export function modelLoadError(file: GgufFile, cause?: unknown): UnspoolError {
  const hint = 'the file may be damaged: download it again';
  return new UnspoolError('model-load', `${file.path}: llama.cpp could not load it`, hint, 1, { cause });
}

/** It was found to fit, and llama.cpp does not make it. */
export function cacheRefused(cells: number, cause?: unknown): UnspoolError {
  const message = `llama.cpp could not make a cache of ${cells} cells`;
  return new UnspoolError('cache-refused', message, 'use a smaller --context, and the usual --cache-type', 1, {
    cause,
  });
}

export function cacheUnsaved(path: string, cause?: unknown): UnspoolError {
  const message = `${path}: llama.cpp could not write its cache`;
  return new UnspoolError('output-unwritable', message, 'make room on the disk', 1, { cause });
}

/** It is whole, but not of this model, or of a cache of another kind. */
export function cacheUnread(path: string, cause?: unknown): UnspoolError {
  const message = `${path}: llama.cpp cannot go on from the cache in it`;
  return new UnspoolError('cache-unreadable', message, 'give the same --gpu, --cache-type and model as before', 1, {
    cause,
  });
}
