// What a model and its cache take, estimated before anything is loaded: llama.cpp builds both without allocating.

import type { GgufInsights } from 'node-llama-cpp';
import type { CacheTypes } from '../../engine/models/cache-types.js';
import { flashAttention, ggmlType } from './cache-types.js';
import type { Needs } from '../machine/fit.js';
import type { GgufFile } from '../gguf/file.js';
import type { CacheSize } from './loaded-model.js';

export interface Requirements extends CacheSize {
  readonly types: CacheTypes;
  /** Of layers with a sliding window: the whole cache, as any eviction needs. */
  readonly swaFullCache: boolean;
  /** Of the logits of a batch, beside the one that decoding itself needs. */
  readonly logitCopies: number;
}

/** With `gpuLayers` layers on the GPU. */
export async function requirements(
  file: GgufFile,
  insights: GgufInsights,
  { cells, batch, types, swaFullCache, logitCopies }: Requirements,
  gpuLayers: number,
): Promise<Needs> {
  const model = await insights.estimateModelResourceRequirementsV2({ gpuLayers });
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: cells,
    batchSize: batch,
    sequences: 1,
    modelGpuLayers: gpuLayers,
    flashAttention: flashAttention(types, gpuLayers > 0),
    kvCacheKeyType: ggmlType(types.keys),
    kvCacheValueType: ggmlType(types.values),
    swaFullCache,
  });
  const logits = logitCopies * batch * file.vocabularySize * Float32Array.BYTES_PER_ELEMENT;
  const weights = { ram: model.cpuRam, vram: model.gpuVram };
  // As many of the repacked ones as of all.
  const repacked = file.repackedBytes * Math.min(1, weights.ram / Math.max(1, file.weightBytes));
  return {
    weights,
    mapped: Math.max(0, weights.ram - repacked),
    cache: { ram: context.cpuRam + logits, vram: context.gpuVram },
  };
}
