// What is said of model files: what there is on this machine, what is in one, and what was downloaded.

import type { ModelClass } from '../models/model-class.js';
import type { Amount, Count, PositiveCount } from './numbers.js';

/** Which tool put a model where it is; `file`: the user named its path. */
export type ModelSource = 'bundled' | 'unspool' | 'hugging-face' | 'llama.cpp' | 'lm-studio' | 'ollama' | 'file';

/** `chat`: it has a chat template. `encoder`: it reads, and writes with another part. */
export type ModelKind = 'chat' | 'base' | 'embedding' | 'encoder';

/** A model file, or all parts of one. */
export interface ModelFile {
  /** What --model takes for it. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly source: ModelSource;
  /** Of its first part. */
  readonly path: string;
  /** Of all parts. */
  readonly bytes: Count;
}

export interface ModelFacts {
  /** The name in its metadata. */
  readonly title: string | null;
  readonly architecture: string;
  readonly kind: ModelKind;
  readonly parameters: Count;
  /** Trained context in tokens; null where the model does not say. */
  readonly contextSize: Count | null;
  readonly quantization: string | null;
  /** How its cache makes room; null where this llama.cpp does not know the architecture. */
  readonly room: ModelClass['kind'] | null;
  /** Of its key/value cache, in F16; 0 where it keeps a state of constant size. */
  readonly cacheBytesPerToken: Amount;
  /** What a run takes by default here; null where unspool cannot run it. */
  readonly memory: MemoryNeed | null;
}

export interface MemoryNeed {
  /** Tokens in view. */
  readonly capacity: PositiveCount;
  /** Of the weights and of a cache of that capacity, in F16. */
  readonly bytes: Count;
}

/** A model on this machine. */
export interface ModelFound extends ModelFile {
  readonly event: 'model';
  /** Null where the file cannot be used. */
  readonly model: ModelFacts | null;
  /** Why it cannot be used. */
  readonly problem: string | null;
}

/** What is in a model file. */
export interface ModelDetails extends ModelFile {
  readonly event: 'model-details';
  readonly model: ModelFacts;
  readonly details: {
    readonly layers: Count;
    readonly embeddingLength: Count | null;
    readonly heads: Count;
    /** One number, or one for each layer. */
    readonly keyValueHeads: readonly Count[];
    readonly headSize: Amount;
    /** Of its sliding-window layers, in tokens. */
    readonly slidingWindow: Count | null;
    readonly experts: Count | null;
    /** Entries. */
    readonly vocabulary: Count | null;
    readonly tokenizer: string | null;
    readonly preTokenizer: string | null;
    /** Null where the model does not say. */
    readonly addsBeginning: boolean | null;
    readonly addsEnd: boolean | null;
    readonly specialTokens: readonly SpecialToken[];
    readonly chatTemplate: boolean;
    readonly licence: string | null;
    readonly licenceUrl: string | null;
    readonly author: string | null;
    readonly sourceUrl: string | null;
  };
  /** What a run uses by default here, on a CPU; null where nothing can be run. */
  readonly policy: string | null;
  /** With 4,096 tokens in view, and with the trained context. */
  readonly needs: readonly MemoryNeed[];
}

export interface SpecialToken {
  readonly role: string;
  readonly id: Count;
  readonly text: string | null;
}

/** A file on its way. */
export interface ModelDownloading {
  readonly event: 'downloading';
  readonly path: string;
  /** So far. */
  readonly bytes: Count;
  /** Of the whole file; null where the server does not say. */
  readonly total: Count | null;
}

/** One file of a model, now in its place. */
export interface ModelDownloaded {
  readonly event: 'download';
  readonly path: string;
  readonly bytes: Count;
  /**
   * Of the content, in hexadecimal; null where the file was there already, and nobody asked.
   * @pattern ^[0-9a-f]{64}$
   */
  readonly sha256: string | null;
  /** What the checksum was compared with; null where nobody gave one. */
  readonly checked: 'server' | 'user' | null;
  readonly status: 'downloaded' | 'already-there';
}

/** A name that the user gave to a model. */
export interface ModelAlias {
  readonly event: 'alias';
  readonly alias: string;
  /** A path, a name or an hf: reference. */
  readonly reference: string;
  /** The file that it stands for; null where that is not here. */
  readonly path: string | null;
}

export type ModelEvent = ModelFound | ModelDetails | ModelDownloading | ModelDownloaded | ModelAlias;
