// The number formats that llama.cpp can keep keys and values in, and which of them a model survives.

import type { GgmlType } from 'node-llama-cpp';
import { UnspoolError } from '../errors.js';
import type { GgufFile } from './gguf-file.js';

/** By llama.cpp's name: its ggml_type, and the bytes of a block of 32 numbers (ggml-common.h). */
const formats = {
  f32: { ggmlType: 0, blockBytes: 128 },
  f16: { ggmlType: 1, blockBytes: 64 },
  bf16: { ggmlType: 30, blockBytes: 64 },
  q8_0: { ggmlType: 8, blockBytes: 34 },
  q5_1: { ggmlType: 7, blockBytes: 24 },
  q5_0: { ggmlType: 6, blockBytes: 22 },
  q4_1: { ggmlType: 3, blockBytes: 20 },
  q4_0: { ggmlType: 2, blockBytes: 18 },
  iq4_nl: { ggmlType: 20, blockBytes: 18 },
} as const;
const blockSize = 32;

export type CacheType = keyof typeof formats;

export const cacheTypes = Object.keys(formats) as readonly CacheType[];

export interface CacheTypes {
  readonly keys: CacheType;
  readonly values: CacheType;
}

export const usualCacheTypes: CacheTypes = { keys: 'f16', values: 'f16' };

/** Reads `q8_0`, for keys and values, or `f16,q8_0`, keys first; undefined where the text is none of these. */
export function parseCacheTypes(text: string): CacheTypes | undefined {
  const [keys, values, more] = text.split(',').map((name) => cacheTypes.find((type) => type === name) ?? null);
  if (keys === null || keys === undefined || values === null || more !== undefined) return undefined;
  return { keys, values: values ?? keys };
}

/** `parseCacheTypes` reads it back. */
export function formatCacheTypes({ keys, values }: CacheTypes): string {
  return keys === values ? keys : `${keys},${values}`;
}

export function ggmlType(type: CacheType): GgmlType {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- loading the enum would load llama.cpp
  return formats[type].ggmlType;
}

/** Bytes that a token takes in the cache. */
export function cacheBytesPerToken({ cacheNumbers }: GgufFile, types: CacheTypes = usualCacheTypes): number {
  const { keys, values } = types;
  const bytes = (type: CacheType): number => formats[type].blockBytes / blockSize;
  return cacheNumbers.keys * bytes(keys) + cacheNumbers.values * bytes(values);
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

function isQuantised(type: CacheType): boolean {
  return type !== 'f32' && type !== 'f16' && type !== 'bf16';
}
