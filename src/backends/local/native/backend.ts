// Scores through llama.cpp's own interface, in a child process; text becomes tokens here.

import type { Llama } from 'node-llama-cpp';
import type { AttentionShares, Backend, Vocabulary } from '../../../engine/backend.js';
import type { CacheTypes } from '../../../engine/models/cache-types.js';
import { canShift, type ModelClass } from '../../../engine/models/model-class.js';
import { policyKinds, policyTraits, type PolicyKind } from '../../../engine/policy.js';
import { UnspoolError } from '../../../errors.js';
import { flashAttention, ggmlType } from '../cache-types.js';
import type { GgufFile } from '../../gguf/file.js';
import { ggufVocabulary } from '../../gguf/vocabulary.js';
import {
  cacheRefused,
  cacheUnread,
  cacheUnsaved,
  modelLoadError,
  type CacheSize,
  type LoadedModel,
} from '../loaded-model.js';
import type { Libraries, NativeFailure } from './messages.js';
import { NativeProcess, NativeRefusal } from './process.js';

/** Logits that are scored at once, in a copy of them; a larger block is decoded in pieces. */
const mostLogitBytes = 256e6;

/** Tokens that are decoded at once, of a block of `batch`. */
export function decodeLimitOf(batch: number, { vocabularySize }: GgufFile): number {
  return Math.max(1, Math.min(batch, Math.floor(mostLogitBytes / (vocabularySize * 4))));
}

/** A child that has loaded llama.cpp; undefined where the library is not laid out as expected. */
export async function startChild(path: string, libraries: Libraries): Promise<NativeProcess | undefined> {
  const child = new NativeProcess(path);
  try {
    await child.ask({ kind: 'bind', libraries });
    return child;
  } catch (error) {
    await child.dispose();
    if (isRefusal(error, 'layout')) return undefined;
    throw error;
  }
}

export interface ChildModel {
  readonly llama: Llama;
  readonly file: GgufFile;
  readonly modelClass: ModelClass;
  readonly threads: number;
  /** Throws where another cache does not fit the memory. */
  readonly fit: (cells: number, batch: number) => Promise<unknown>;
}

export async function loadInChild(child: NativeProcess, model: ChildModel): Promise<LoadedModel> {
  const { llama, file, threads } = model;
  try {
    const loading = child.ask({ kind: 'load', modelPath: file.path, threads });
    // Both may fail: neither failure may go unheard while the other is awaited.
    const [, tokens] = await Promise.all([loading, llama.loadModel({ modelPath: file.path, vocabOnly: true })]);
    const vocabulary = ggufVocabulary(tokens);
    return {
      createBackend: (size, types) => createBackend(child, vocabulary, model, { ...size, types }),
      peakMemoryBytes: async () => (await child.ask({ kind: 'peak-memory' })) as number,
    };
  } catch (error) {
    throw error instanceof UnspoolError ? error : modelLoadError(file, error);
  }
}

async function createBackend(
  child: NativeProcess,
  vocabulary: Vocabulary,
  { file, modelClass, fit }: ChildModel,
  { cells, batch, types }: CacheSize & { readonly types: CacheTypes },
): Promise<Backend> {
  try {
    await child.ask({
      kind: 'create-cache',
      cells,
      batch: decodeLimitOf(batch, file),
      keyType: ggmlType(types.keys),
      valueType: ggmlType(types.values),
      flashAttention: flashAttention(types, false) === true,
    });
  } catch (error) {
    throw isRefusal(error, 'cache-too-large') ? cacheRefused(cells, error) : error;
  }
  let hasRoom = false;
  return {
    capabilities: { policies: policiesFor(modelClass), scores: true },
    vocabulary,
    decode: async (tokens, targets) => (await child.ask({ kind: 'decode', tokens, targets })) as Float32Array,
    async erase({ from, to }) {
      await child.ask({ kind: 'erase', from, to });
    },
    async clear() {
      await child.ask({ kind: 'clear' });
    },
    async saveCache(path) {
      await child.ask({ kind: 'save-cache', path }).catch(refuse(() => cacheUnsaved(path)));
    },
    async loadCache(path) {
      await child.ask({ kind: 'load-cache', path }).catch(refuse(() => cacheUnread(path)));
    },
    async attention(tokens, sinks, recent) {
      // A second cache, of always as many tokens.
      if (!hasRoom) await fit(tokens.length, tokens.length);
      hasRoom = true;
      return (await child.ask({ kind: 'attention', tokens, sinks, recent })) as AttentionShares;
    },
    dispose: () => Promise.resolve(),
  };
}

/** Turns the child's no to a file into an error that can be shown. */
function refuse(error: () => UnspoolError): (reason: unknown) => never {
  return (reason) => {
    throw isRefusal(reason, 'cache-file') ? error() : reason;
  };
}

function isRefusal(error: unknown, failure: NativeFailure): boolean {
  return error instanceof NativeRefusal && error.failure === failure;
}

function policiesFor(modelClass: ModelClass): readonly PolicyKind[] {
  return policyKinds.filter((kind) => canShift(modelClass) || !policyTraits[kind].shifts);
}
