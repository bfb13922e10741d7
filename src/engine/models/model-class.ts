// Which way of making room a model survives, decided from its metadata before the first eviction.

import type { PolicyKind } from '../policy.js';

/** Facts read from a GGUF's metadata. */
export interface ModelTraits {
  /** Purely recurrent: a state of constant size instead of a cache. */
  readonly recurrent: boolean;
  /** Attention layers beside recurrent ones. */
  readonly hybrid: boolean;
  /** Multi-dimensional rotary positions, as vision models use. */
  readonly multimodalRope: boolean;
  /** Multi-head latent attention. */
  readonly latentAttention: boolean;
  /** Some layers see only a sliding window. */
  readonly slidingWindow: boolean;
}

export type ModelClass =
  /** Keys can be moved to new positions. */
  | { readonly kind: 'shift' }
  /** The same, with every layer's cache kept whole: sinks then reach the global layers only. */
  | { readonly kind: 'shift-full-cache' }
  /** Room is made by evaluating the window again. */
  | { readonly kind: 'recompute'; readonly reason: string }
  /** Nothing to evict: the past is compressed in a state. */
  | { readonly kind: 'stateful' };

/** Whether the cache can make room by moving keys, as `sinks` needs. */
export function canShift(modelClass: ModelClass): boolean {
  return modelClass.kind === 'shift' || modelClass.kind === 'shift-full-cache';
}

/** The way of making room that suits the model, where the user names none. */
export function usualKind(modelClass: ModelClass): PolicyKind {
  return canShift(modelClass) ? 'sinks' : 'recompute';
}

/** How the model makes room, in words that follow its name. */
export function describeClass(modelClass: ModelClass): string {
  switch (modelClass.kind) {
    case 'shift':
      return 'its cache can be shifted';
    case 'shift-full-cache':
      return 'its cache can be shifted; sinks reach its global layers only';
    case 'recompute':
      return `its cache cannot be shifted: ${modelClass.reason}`;
    case 'stateful':
      return 'its cache cannot be shifted: it keeps a recurrent state';
  }
}

/** Classifies a model; when in doubt, the way that is always right (`recompute`). */
export function classifyModel(traits: ModelTraits): ModelClass {
  if (traits.recurrent) return { kind: 'stateful' };
  if (traits.hybrid) return { kind: 'recompute', reason: 'some of its layers are recurrent' };
  // llama.cpp aborts when it shifts multi-dimensional positions (llama_kv_cache::get_can_shift).
  if (traits.multimodalRope) return { kind: 'recompute', reason: 'its positions have several dimensions (M-RoPE)' };
  if (traits.latentAttention) return { kind: 'recompute', reason: 'shifting latent attention (MLA) is untested' };
  return traits.slidingWindow ? { kind: 'shift-full-cache' } : { kind: 'shift' };
}
