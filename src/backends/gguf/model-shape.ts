// Reads the shape of a model from its metadata and tensor table.

import type { LayerShape, ModelShape } from '../../engine/models/model-shape.js';
import { toNumber } from './architecture-facts.js';

interface TensorInfo {
  readonly name: string;
  readonly dimensions: readonly (number | bigint)[];
}

/** `value`: of a key of the metadata, such as `llama.block_count`. Missing keys take llama.cpp's defaults. */
export function modelShape(
  value: (key: string) => unknown,
  tensors: readonly TensorInfo[],
  weightBytes: number,
): ModelShape {
  const architecture = String(value('general.architecture'));
  const get = (key: string): unknown => value(`${architecture}.${key}`);
  const expertShare = toNumber(get('expert_used_count')) / toNumber(get('expert_count'));
  return {
    hiddenSize: toNumber(get('embedding_length')),
    activeParameters: activeParameters(tensors, Number.isFinite(expertShare) ? expertShare : 1),
    weightBytes,
    layers: Array.from({ length: toNumber(get('block_count')) }, (_, index) => layerShape(architecture, get, index)),
  };
}

function activeParameters(tensors: readonly TensorInfo[], expertShare: number): number {
  const sizes = tensors.map(({ name, dimensions }) => {
    // `blk.0.ffn_up_exps.weight` holds all experts of a layer.
    const share = /_(ch)?exps\./.test(name) ? expertShare : 1;
    return dimensions.map(Number).reduce((product, each) => product * each, share);
  });
  return Math.round(sizes.reduce((sum, each) => sum + each, 0));
}

function layerShape(architecture: string, get: (key: string) => unknown, index: number): LayerShape {
  const slidingWindow = toNumber(get('attention.sliding_window'));
  const slides = slidingWindow > 0 && isSliding(architecture, get('attention.sliding_window_pattern'), index);
  const headCounts = get('attention.head_count');
  const mostHeads = Math.max(...(Array.isArray(headCounts) ? headCounts : [headCounts]).map(toNumber));
  const heads = toNumber(ofLayer(headCounts, index));
  const keyValueHeads = toNumber(ofLayer(get('attention.head_count_kv') ?? (heads || 1), index));
  const usualLength = toNumber(get('embedding_length')) / (mostHeads || 1);
  const length = (key: string): number =>
    (slides ? toNumber(get(`attention.${key}_swa`)) : 0) || toNumber(get(`attention.${key}`)) || usualLength;
  const numbersPerHead = length('key_length') + length('value_length');
  const bytesOfF16 = 2;
  // A multiplication and an addition for each number.
  const flopsPerNumber = 2;
  return {
    cacheBytesPerToken: keyValueHeads * numbersPerHead * bytesOfF16,
    flopsPerPair: keyValueHeads === 0 ? 0 : heads * numbersPerHead * flopsPerNumber,
    slidingWindow: slides ? slidingWindow : null,
  };
}

/**
 * Every how many layers one sees all tokens, where the file does not say: llama.cpp 0.5.0, calls of load_swa_pattern.
 * It is the last of them, unless it is the first.
 */
const periods: Readonly<Record<string, { readonly period: number; readonly fullFirst?: true }>> = {
  afmoe: { period: 4 },
  cohere2: { period: 4 },
  cohere2moe: { period: 4, fullFirst: true },
  'exaone-moe': { period: 4 },
  exaone4: { period: 4 },
  gemma2: { period: 2 },
  gemma3: { period: 6 },
  gemma3n: { period: 5 },
  'gpt-oss': { period: 2 },
  olmo2: { period: 4 },
  plamo3: { period: 8 },
  smallthinker: { period: 4, fullFirst: true },
};

/** llama_hparams::set_swa_pattern. Of an architecture that is not known, every layer is taken to see all. */
function isSliding(architecture: string, pattern: unknown, index: number): boolean {
  if (Array.isArray(pattern)) return Boolean(pattern[index]);
  const { period: usualPeriod = 1, fullFirst = false } = periods[architecture] ?? {};
  const period = pattern === undefined ? usualPeriod : toNumber(pattern);
  return period === 0 || index % period !== (fullFirst ? 0 : period - 1);
}

function ofLayer(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : value;
}
