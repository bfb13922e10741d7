// What parent and child say to each other, over Node's channel with advanced serialisation.

import type { CacheSize } from '../loaded-model.js';

/** How the child loads a model and makes its cache. */
export interface Loading {
  /** Where llama.cpp's libraries are. */
  readonly libraries: Libraries;
  readonly modelPath: string;
  readonly threads: number;
}

/** Paths of the shared libraries of one llama.cpp release, and the folder of its processor variants. */
export interface Libraries {
  readonly ggml: string;
  readonly llama: string;
  readonly folder: string;
}

/** A request is answered under its number. Requests are carried out in order. */
export interface Message {
  readonly number: number;
  readonly request: Request;
}

export type Request =
  | ({ readonly kind: 'load' } & Loading)
  | ({ readonly kind: 'create-cache' } & CacheSize)
  | { readonly kind: 'decode'; readonly tokens: Int32Array; readonly targets: Int32Array }
  | { readonly kind: 'erase'; readonly from: number; readonly to: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'peak-memory' };

/** The value: scores of a decode, bytes of peak memory, nothing otherwise. */
export type Answer = { readonly number: number } & (
  | { readonly ok: true; readonly value: Float32Array | number | undefined }
  | { readonly ok: false; readonly failure: NativeFailure }
);

/** What llama.cpp can say no to. */
export type NativeFailure = 'layout' | 'model-load' | 'cache-too-large' | 'decode';
