// What a GGUF's metadata says about its architecture: the size of its cache, and what rules it out.

import { cacheBytesPerToken, type CacheNumbers } from '../../engine/models/cache-types.js';

/** The value of a key of a GGUF's metadata, such as `llama.block_count`; lists as arrays. */
export type MetadataLookup = (key: string) => unknown;

export interface ArchitectureFacts {
  readonly architecture: string;
  readonly embedding: boolean;
  readonly multimodalRope: boolean;
  readonly latentAttention: boolean;
  readonly layers: number;
  readonly heads: number;
  /** One number, or one for each layer. */
  readonly keyValueHeads: readonly number[];
  /** Elements of one head's key. */
  readonly headSize: number;
  /** In an F16 key/value cache. */
  readonly cacheBytesPerToken: number;
  readonly cacheNumbers: CacheNumbers;
  /** Numbers of one head, of the global layers and of those with a sliding window: each size once. */
  readonly headSizes: { readonly keys: readonly number[]; readonly values: readonly number[] };
  /** Whether the sizes are ones that llama.cpp can build a model from: it aborts on others. */
  readonly plausible: boolean;
}

/** Of layers, heads and widths; far above any model. */
const largestSize = 2 ** 20;

/** Missing keys take llama.cpp's defaults. */
export function architectureFacts(value: MetadataLookup): ArchitectureFacts {
  const named = value('general.architecture');
  const architecture = typeof named === 'string' ? named : '';
  const get = (key: string): unknown => value(`${architecture}.${key}`);
  const layers = toNumber(get('block_count'));
  // Some models have more heads in some layers than in others.
  const heads = Math.max(...numbersOf(get('attention.head_count'))) || 1;
  const usualHeadSize = toNumber(get('embedding_length')) / heads;
  const keyLength = toNumber(get('attention.key_length')) || usualHeadSize;
  const valueLength = toNumber(get('attention.value_length')) || usualHeadSize;
  const keyValueHeads = get('attention.head_count_kv') ?? heads;
  const feedForward = get('feed_forward_length') ?? get('expert_feed_forward_length');
  const keyValueHeadCounts = numbersOf(keyValueHeads);
  const headsOfAllLayers =
    keyValueHeadCounts.reduce((sum, count) => sum + count, 0) * (keyValueHeadCounts.length > 1 ? 1 : layers);
  const cacheNumbers = { keys: headsOfAllLayers * keyLength, values: headsOfAllLayers * valueLength };
  return {
    architecture,
    embedding:
      get('attention.causal') === false || toNumber(get('pooling_type')) > 0 || /bert|embedding/.test(architecture),
    multimodalRope: Array.isArray(get('rope.dimension_sections')),
    latentAttention: get('attention.kv_lora_rank') !== undefined,
    layers,
    heads,
    keyValueHeads: keyValueHeadCounts,
    headSize: keyLength,
    plausible:
      [get('block_count'), get('embedding_length')].every(isSize) &&
      // Recurrent models have neither heads nor, some of them, a feed-forward part.
      (get('ssm.conv_kernel') !== undefined ||
        get('wkv.head_size') !== undefined ||
        ([get('attention.head_count'), keyValueHeads, feedForward].every(isSize) &&
          Math.min(keyLength, valueLength) >= 1)),
    cacheBytesPerToken: cacheBytesPerToken(cacheNumbers),
    cacheNumbers,
    headSizes: {
      keys: [...new Set([keyLength, toNumber(get('attention.key_length_swa')) || keyLength])],
      values: [...new Set([valueLength, toNumber(get('attention.value_length_swa')) || valueLength])],
    },
  };
}

/** A size, or one for each layer, of which at least one is not zero. */
function isSize(value: unknown): boolean {
  const sizes = numbersOf(value);
  return sizes.some((size) => size > 0) && sizes.every((size) => size <= largestSize);
}

function numbersOf(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).map(toNumber);
}

/** A value of the metadata; 0 for what is no number. */
export function toNumber(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
}
