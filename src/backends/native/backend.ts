// Scores through llama.cpp's own interface, in a child process; text becomes tokens here.

import type { Llama } from 'node-llama-cpp';
import type { AttentionShares, Backend, Vocabulary } from '../../engine/backend.js';
import { canShift, type ModelClass } from '../../engine/model-class.js';
import type { PolicyKind } from '../../engine/policy.js';
import { UnspoolError } from '../../errors.js';
import type { GgufFile } from '../gguf-file.js';
import { ggufVocabulary } from '../gguf-vocabulary.js';
import { cacheTooLarge, modelLoadError, modelTooLarge, type CacheSize, type LoadedModel } from '../loaded-model.js';
import type { Libraries, NativeFailure } from './messages.js';
import { NativeProcess, NativeRefusal } from './process.js';

/** Undefined where the library is not laid out as expected. */
export async function loadInChild(
  llama: Llama,
  file: GgufFile,
  modelClass: ModelClass,
  { libraries, threads }: { readonly libraries: Libraries; readonly threads: number },
): Promise<LoadedModel | undefined> {
  if (file.weightBytes > process.availableMemory()) throw modelTooLarge(file);
  const child = new NativeProcess(file.path);
  try {
    const loading = child.ask({ kind: 'load', libraries, modelPath: file.path, threads });
    // Both may fail: neither failure may go unheard while the other is awaited.
    const [, tokens] = await Promise.all([loading, llama.loadModel({ modelPath: file.path, vocabOnly: true })]);
    const vocabulary = ggufVocabulary(tokens);
    return {
      gpu: false,
      createBackend: (size) => createBackend(child, vocabulary, modelClass, size),
      peakMemoryBytes: async () => (await child.ask({ kind: 'peak-memory' })) as number,
      dispose: () => child.dispose(),
    };
  } catch (error) {
    await child.dispose();
    if (error instanceof UnspoolError) throw error;
    if (isRefusal(error, 'layout')) return undefined;
    throw modelLoadError(file, error);
  }
}

async function createBackend(
  child: NativeProcess,
  vocabulary: Vocabulary,
  modelClass: ModelClass,
  size: CacheSize,
): Promise<Backend> {
  try {
    await child.ask({ kind: 'create-cache', ...size });
  } catch (error) {
    throw isRefusal(error, 'cache-too-large') ? cacheTooLarge(size.cells, error) : error;
  }
  return {
    capabilities: { policies: policiesFor(modelClass) },
    vocabulary,
    decode: async (tokens, targets) => (await child.ask({ kind: 'decode', tokens, targets })) as Float32Array,
    async erase({ from, to }) {
      await child.ask({ kind: 'erase', from, to });
    },
    async clear() {
      await child.ask({ kind: 'clear' });
    },
    async attention(tokens, sinks, recent) {
      return (await child.ask({ kind: 'attention', tokens, sinks, recent })) as AttentionShares;
    },
    dispose: () => Promise.resolve(),
  };
}

function isRefusal(error: unknown, failure: NativeFailure): boolean {
  return error instanceof NativeRefusal && error.failure === failure;
}

function policiesFor(modelClass: ModelClass): readonly PolicyKind[] {
  return canShift(modelClass) ? ['sinks', 'window', 'recompute', 'dense'] : ['recompute', 'dense'];
}
