// What both ways of running a GGUF offer, and how their failures read.

import type { Backend } from '../engine/backend.js';
import { UnspoolError } from '../errors.js';
import type { GgufFile } from './gguf-file.js';

/** Counts in tokens. */
export interface CacheSize {
  /** The most that the cache will ever hold. */
  readonly cells: number;
  /** The most tokens that one decode is given. */
  readonly batch: number;
}

/** Weights in memory. */
export interface LoadedModel {
  readonly gpu: boolean;
  createBackend(size: CacheSize): Promise<Backend>;
  /** Of other processes than this one. */
  peakMemoryBytes(): Promise<number>;
  dispose(): Promise<void>;
}

export function modelTooLarge(file: GgufFile, cause?: unknown): UnspoolError {
  const hint = 'use a smaller model or a smaller quantisation';
  return new UnspoolError('model-too-large', `${file.path}: does not fit the free memory`, hint, 1, { cause });
}

export function modelLoadError(file: GgufFile, cause?: unknown): UnspoolError {
  const hint = 'the file may be damaged: download it again';
  return new UnspoolError('model-load', `${file.path}: llama.cpp could not load it`, hint, 1, { cause });
}

export function cacheTooLarge(cells: number, cause?: unknown): UnspoolError {
  const message = `a cache of ${cells} cells does not fit the free memory`;
  return new UnspoolError('cache-too-large', message, 'use a smaller --window', 1, { cause });
}
