// A GGUF model's own tokenizer, and what its metadata says of memory and context: no weights are loaded.

import type { Vocabulary } from '../../engine/backend.js';
import { checkGgufHeader, readGgufFile, type GgufFile } from '../gguf/file.js';
import { ggufVocabulary } from '../gguf/vocabulary.js';
import { startLlama } from '../local/llama.js';
import { UnspoolError } from '../../errors.js';

export interface GgufTokenizer {
  readonly file: GgufFile;
  readonly vocabulary: Vocabulary;
  dispose(): Promise<void>;
}

/** Throws an `UnspoolError` for any file that is no model of text. */
export async function openGgufTokenizer(path: string): Promise<GgufTokenizer> {
  await checkGgufHeader(path);
  const { llama } = await startLlama('off');
  const file = await readGgufFile(path, llama);
  try {
    const vocabulary = ggufVocabulary(await llama.loadModel({ modelPath: path, vocabOnly: true }));
    return { file, vocabulary, dispose: () => llama.dispose() };
  } catch (error) {
    const hint = 'the file may be damaged: download it again';
    throw new UnspoolError('model-load', `${path}: llama.cpp could not load it`, hint, 1, { cause: error });
  }
}
