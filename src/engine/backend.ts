// What the engine needs from whatever runs the model. The engine owns capacity and order; a backend never evicts.

import type { CellRange, PolicyKind } from './policy.js';

/** Turns text into the model's tokens. */
export interface Vocabulary {
  /** Number of entries; undefined where a server does not tell. */
  readonly size: number | undefined;
  /** The token that starts every document, where the model adds one. */
  readonly beginning: number | undefined;
  /** Literal strings that the tokenizer would turn into control tokens although the text is data. Usually none. */
  readonly controlLiterals: readonly string[];
  /**
   * Tokens of literal text, without a beginning token. May add a leading space, as SentencePiece models do. A promise
   * where a server does it.
   */
  tokenize(text: string): Int32Array | Promise<Int32Array>;
  /**
   * The token that is written exactly so in the vocabulary, control tokens included; undefined where there is none.
   * Absent on a server, which does not tell.
   */
  named?(text: string): number | undefined;
  /** UTF-8 bytes that the token stands for. */
  byteLength(token: number): number;
  /** Those bytes: a token may be a part of a character. */
  bytes(token: number): Uint8Array;
  /** Whether the token says that the text is over, or is no text at all. */
  endsText(token: number): boolean;
}

/**
 * How a token is drawn from the model's distribution. Nothing else shapes it. `topP`, then `minP` leave tokens out by
 * the model's own probabilities; `temperature` reshapes what they leave.
 */
export interface Sampling {
  /** 0 takes the most likely token. */
  readonly temperature: number;
  /** Only the likeliest tokens that together have this probability; 1 for all. */
  readonly topP: number;
  /** Only tokens whose probability is at least this share of the likeliest one's; 0 for all. */
  readonly minP: number;
  /** An unsigned 32-bit integer: the same seed draws the same token. */
  readonly seed: number;
}

/** Where attention heads look: shares of their attention, mean over the query tokens measured. */
export interface AttentionShares {
  /** Layers that attend, by number; layers of other kinds are left out. */
  readonly layers: readonly number[];
  readonly heads: number;
  /**
   * For each layer in order and each head: on the sinks, the middle, the recent tokens. What lacks to 1 is on learned
   * sinks, which stand for no token.
   */
  readonly shares: Float32Array;
}

/** What a backend can do with this model. */
export interface Capabilities {
  /** Policies that it runs exactly as defined. */
  readonly policies: readonly PolicyKind[];
  /** Whether it is asked for scores: some servers have none, and where a text is only written on they take long. */
  readonly scores: boolean;
}

/**
 * One model with one cache. Cells are numbered from 0 in the order of decoding; erasing moves later cells down. Calls
 * are carried out in the order in which they are made: the next may be made before the last one is done.
 */
export interface Backend {
  readonly capabilities: Capabilities;
  readonly vocabulary: Vocabulary;
  /**
   * Appends `tokens` to the cache. Cell i then predicts `targets[i]`; the last target is the first token of the next
   * block, and targets may be shorter than tokens. Returns nats per target: -ln p(target | what is in view); NaN for
   * a target of -1, which is not asked for.
   */
  decode(tokens: Int32Array, targets: Int32Array): Promise<Float32Array>;
  /** Appends `token` to the cache and returns a token drawn from what it predicts. Absent where a backend only scores. */
  generate?(token: number, sampling: Sampling): Promise<number>;
  /**
   * Evaluates `tokens` apart from the cache, and looks at the attention of those in their second half: on the first
   * `sinks` tokens, on the last `recent` up to the query itself, and between. Always as many tokens. Absent where a
   * backend cannot look inside.
   */
  attention?(tokens: Int32Array, sinks: number, recent: number): Promise<AttentionShares>;
  /** Drops cells; what follows them moves down. */
  erase(range: CellRange): Promise<void>;
  /** Empties the cache. */
  clear(): Promise<void>;
  /**
   * Writes all cells, and what the model keeps of each, to a file; `loadCache` puts them back in place of those at hand.
   * A file is of one model and its types of cache. Both absent where nobody hands out a cache.
   */
  saveCache?(path: string): Promise<void>;
  loadCache?(path: string): Promise<void>;
  dispose(): Promise<void>;
}

export type GeneratingBackend = Backend & Required<Pick<Backend, 'generate'>>;

export type CacheSavingBackend = Backend & Required<Pick<Backend, 'saveCache' | 'loadCache'>>;

export function canSaveCache(backend: Backend): backend is CacheSavingBackend {
  return backend.saveCache !== undefined && backend.loadCache !== undefined;
}

export function canGenerate(backend: Backend): backend is GeneratingBackend {
  return backend.generate !== undefined;
}
