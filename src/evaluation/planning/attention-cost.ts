// What reading a text with dense, causal attention takes: cache and floating-point operations.

import type { LayerShape, ModelShape } from '../../engine/models/model-shape.js';

/** Pairs of a query and a key that it sees, itself included. `slidingWindow`: the most keys of one query. */
export function attentionPairs(tokens: number, slidingWindow: number | null): number {
  const window = Math.min(tokens, slidingWindow ?? tokens);
  return (window * (window + 1)) / 2 + (tokens - window) * window;
}

/** Of queries `from` to `to`, half-open, on all keys up to their own. */
export function pairsOfQueries(from: number, to: number, slidingWindow: number | null): number {
  return attentionPairs(to, slidingWindow) - attentionPairs(from, slidingWindow);
}

/**
 * Of everything but attention: a multiplication and an addition for each parameter and token. Kaplan et al. 2020,
 * "Scaling Laws for Neural Language Models", section 2.1: 2N a token. Embeddings are counted, which they leave out.
 */
export function parameterFlops({ activeParameters }: ModelShape, tokens: number): number {
  return 2 * activeParameters * tokens;
}

/**
 * Of attention, all layers. With full attention and keys as long as values this is
 * 2 · 2 · layers · heads · headSize · n² / 2: 4dc² for a block of c queries and c keys (Liu et al. 2023, section 3),
 * of which a causal mask leaves half.
 */
export function attentionFlops({ layers }: Pick<ModelShape, 'layers'>, tokens: number): number {
  return sumOver(layers, ({ flopsPerPair, slidingWindow }) => flopsPerPair * attentionPairs(tokens, slidingWindow));
}

/** Of an F16 key/value cache of a text. A layer with a sliding window keeps no more than the window. */
export function cacheBytes({ layers }: Pick<ModelShape, 'layers'>, tokens: number): number {
  return sumOver(layers, ({ cacheBytesPerToken, slidingWindow }) => {
    return cacheBytesPerToken * Math.min(tokens, slidingWindow ?? tokens);
  });
}

export function sumOver(layers: readonly LayerShape[], of: (layer: LayerShape) => number): number {
  return layers.reduce((sum, layer) => sum + of(layer), 0);
}
