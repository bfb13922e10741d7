// Ring attention: each host keeps the queries of its part of a text, and keys and values go round.
//
// Liu et al. 2023, "Ring Attention with Blockwise Transformers for Near-Infinite Context", section 3. A host has one
// block of c tokens, c = n / hosts. While it works on a block of keys and values, it passes that on to the next host.

import type { ModelShape } from '../../engine/models/model-shape.js';
import { pairsOfQueries, sumOver } from './attention-cost.js';
import type { Device } from './devices.js';

/**
 * Tokens of a block from which on the work on it takes at least as long as its transfer: 4dc² / F >= 4cd / B, so
 * c >= F / B. Not rounded. The paper assumes as many heads for keys as for queries, and no causal mask.
 */
export function leastBlock({ flopsPerSecond, bytesPerSecond }: Omit<Device, 'memoryBytes'>): number {
  return flopsPerSecond / bytesPerSecond;
}

/** Tokens that the paper asks for on each host: s = 6c, for the six blocks that a host holds (table 2). Not rounded. */
export function leastSequence(device: Omit<Device, 'memoryBytes'>): number {
  return 6 * leastBlock(device);
}

/**
 * Bytes for the layer at work: 6bch, for the queries, two blocks of keys and values, two that are being received, and
 * the output (table 1). The figure is the paper's, which says bfloat16: six blocks of two bytes a number would be 12bch.
 */
export function ringActivationBytes(block: number, hiddenSize: number, batch = 1): number {
  return 6 * batch * block * hiddenSize;
}

/** Which tokens a host has. */
export type RingOrder =
  /** One run of tokens after the other. The host of the last run sees all keys, that of the first only its own. */
  | 'contiguous'
  /** Host i of N has runs i and 2N - 1 - i of 2N: an early and a late one. Of whole runs, all hosts do the same work. */
  | 'zigzag';

/**
 * Pairs of a query and a key of the busiest host. The others wait for it in each round. In contiguous order it has the
 * last block; in zigzag order the two runs in the middle, because the work of a run grows ever more slowly.
 */
export function busiestPairs(tokens: number, block: number, order: RingOrder, slidingWindow: number | null): number {
  if (order === 'contiguous') return pairsOfQueries(tokens - block, tokens, slidingWindow);
  return pairsOfQueries((tokens - block) / 2, (tokens + block) / 2, slidingWindow);
}

/** Of attention, all layers, on the busiest host. */
export function busiestFlops({ layers }: ModelShape, tokens: number, block: number, order: RingOrder): number {
  return sumOver(layers, ({ flopsPerPair, slidingWindow }) => {
    return flopsPerPair * busiestPairs(tokens, block, order, slidingWindow);
  });
}

/**
 * Seconds to send what each host passes on, in F16: one block of keys and values in each round but the last. Blocks
 * that lie before a sliding window are of no use and stay where they are.
 */
export function ringTransferSeconds(
  { layers }: ModelShape,
  block: number,
  rounds: number,
  { bytesPerSecond }: Device,
): number {
  const bytes = sumOver(layers, ({ cacheBytesPerToken, slidingWindow }) => {
    return cacheBytesPerToken * Math.min(block * (rounds - 1), slidingWindow ?? Infinity);
  });
  return bytes / bytesPerSecond;
}
