// The number formats in which a cache keeps keys and values, by llama.cpp's names.

/** Bytes of a block of 32 numbers (ggml-common.h). */
const blockBytes = {
  f32: 128,
  f16: 64,
  bf16: 64,
  q8_0: 34,
  q5_1: 24,
  q5_0: 22,
  q4_1: 20,
  q4_0: 18,
  iq4_nl: 18,
} as const;

/** Numbers of a block. */
export const blockSize = 32;

export type CacheType = keyof typeof blockBytes;

export const cacheTypes = Object.keys(blockBytes) as readonly CacheType[];

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

/** Numbers that a model keeps for one token. */
export interface CacheNumbers {
  readonly keys: number;
  readonly values: number;
}

/** Bytes that a token takes in the cache. */
export function cacheBytesPerToken(numbers: CacheNumbers, types: CacheTypes = usualCacheTypes): number {
  const { keys, values } = types;
  return (numbers.keys * blockBytes[keys] + numbers.values * blockBytes[values]) / blockSize;
}

export function isQuantised(type: CacheType): boolean {
  return type !== 'f32' && type !== 'f16' && type !== 'bf16';
}
