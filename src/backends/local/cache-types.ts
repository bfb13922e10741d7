// What llama.cpp does with the types in a cache, and which of them a model survives.

import type { GgmlType } from 'node-llama-cpp';
import {
  blockSize,
  formatCacheTypes,
  isQuantised,
  usualCacheTypes,
  type CacheType,
  type CacheTypes,
} from '../../engine/models/cache-types.js';
import { UnspoolError } from '../../errors.js';
import type { GgufFile } from '../gguf/file.js';

/** ggml_type (ggml.h). */
const ggmlTypes: Readonly<Record<CacheType, number>> = {
  f32: 0,
  f16: 1,
  bf16: 30,
  q8_0: 8,
  q5_1: 7,
  q5_0: 6,
  q4_1: 3,
  q4_0: 2,
  iq4_nl: 20,
};

export function ggmlType(type: CacheType): GgmlType {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- loading the enum would load llama.cpp
  return ggmlTypes[type];
}

/**
 * Whether llama.cpp's flash attention is asked for. On a CPU it sums in half precision, which moves a perplexity by up
 * to 0.15%, by an amount that depends on the block; but quantised values need it (llama_init_from_model).
 */
export function flashAttention({ values }: CacheTypes, onGpu: boolean): 'auto' | boolean {
  return isQuantised(values) ? true : onGpu && 'auto';
}

/** Throws an `UnspoolError` for types that would crash llama.cpp. `shifts`: whether keys move to other positions. */
export function checkCacheTypes(file: GgufFile, types: CacheTypes, shifts: boolean): void {
  const { keys, values } = types;
  const { headSizes, traits, path } = file;
  const refuse = (problem: string, hint: string): never => {
    throw new UnspoolError('cache-type-unsupported', `${path}: ${problem}`, hint);
  };
  if (keys === usualCacheTypes.keys && values === usualCacheTypes.values) return;
  if (traits.recurrent) refuse('its recurrent state is no cache of keys and values', 'leave --cache-type out');
  if (traits.latentAttention && keys !== values) {
    refuse('keys and values are one in latent attention (MLA)', `use --cache-type ${keys}`);
  }
  const uneven = [...headSizes.keys, ...headSizes.values].find((size) => size % blockSize !== 0);
  if (uneven !== undefined && (isQuantised(keys) || isQuantised(values))) {
    refuse(`its heads of ${uneven} numbers cannot be quantised in blocks of ${blockSize}`, 'use --cache-type f16');
  }
  if (shifts && !canShiftKeys(keys, headSizes.keys)) {
    const problem = `keys of type ${keys} cannot be shifted with its heads of ${headSizes.keys.join(' and ')} numbers`;
    refuse(problem, `use --cache-type ${formatCacheTypes({ keys: 'f16', values })}, or --policy recompute`);
  }
}

/**
 * llama.cpp shifts quantised keys with a matrix that it makes for heads of one size only, a multiple of 64 (crash in
 * llama_kv_cache::build_rope_shift), and BF16 keys not at all (abort in ggml_compute_forward_rope).
 */
function canShiftKeys(type: CacheType, headSizes: readonly number[]): boolean {
  if (!isQuantised(type)) return type !== 'bf16';
  const [size = 0, other] = headSizes;
  return other === undefined && size % 64 === 0;
}
