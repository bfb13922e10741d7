// What parent and child say to each other, over Node's channel with advanced serialisation.

import type { AttentionShares } from '../../../engine/backend.js';
import type { CacheSize } from '../loaded-model.js';

/** How the child makes a cache. */
export interface Cache extends CacheSize {
  /** A ggml_type. */
  readonly keyType: number;
  /** A ggml_type. */
  readonly valueType: number;
  readonly flashAttention: boolean;
}

/** Paths of the shared libraries of one llama.cpp release, and the folder of its processor variants. */
export interface Libraries {
  readonly ggml: string;
  readonly ggmlBase: string;
  readonly llama: string;
  readonly folder: string;
}

/** A request is answered under its number. Requests are carried out in order. */
export interface Message {
  readonly number: number;
  readonly request: ChildRequest;
}

export type ChildRequest =
  /** Loads llama.cpp itself, without a model. */
  | { readonly kind: 'bind'; readonly libraries: Libraries }
  | { readonly kind: 'load'; readonly modelPath: string; readonly threads: number }
  | ({ readonly kind: 'create-cache' } & Cache)
  | { readonly kind: 'decode'; readonly tokens: Int32Array; readonly targets: Int32Array }
  | { readonly kind: 'erase'; readonly from: number; readonly to: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'save-cache'; readonly path: string }
  | { readonly kind: 'load-cache'; readonly path: string }
  | { readonly kind: 'attention'; readonly tokens: Int32Array; readonly sinks: number; readonly recent: number }
  | { readonly kind: 'peak-memory' };

export type ChildValue = Float32Array | AttentionShares | number | undefined;

/** The value: scores of a decode, shares of attention, bytes of peak memory, nothing otherwise. */
export type ChildReply = { readonly number: number } & (
  { readonly ok: true; readonly value: ChildValue } | { readonly ok: false; readonly failure: NativeFailure }
);

/** What llama.cpp can say no to. */
export type NativeFailure = 'layout' | 'model-load' | 'cache-too-large' | 'cache-file' | 'decode';
