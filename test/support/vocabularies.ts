// Vocabularies of well-known models, out of the llama.cpp source that node-llama-cpp ships, loaded without weights.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getLlama } from 'node-llama-cpp';
import { ggufVocabulary } from '../../src/backends/gguf/vocabulary.js';
import type { Vocabulary } from '../../src/engine/backend.js';
import { bundledModel } from '../../src/commands/options/model.js';

const root = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const bundle = join(root, 'node-llama-cpp/llama/gitRelease.bundle');
const folder = join(root, '.cache/unspool-vocabularies');

/** The file of one of llama.cpp's `models/ggml-vocab-NAME.gguf`; extracted once. */
export function vocabularyFile(name: string): string {
  const file = join(folder, `${name}.gguf`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const repository = join(tmpdir(), `unspool-llama.cpp-${process.pid}.git`);
  if (!existsSync(repository))
    execFileSync('git', ['clone', '--quiet', '--bare', bundle, repository], { stdio: 'pipe' });
  for (const wanted of bundledVocabularies) {
    const blob = execFileSync('git', ['-C', repository, 'cat-file', 'blob', `HEAD:models/ggml-vocab-${wanted}.gguf`], {
      maxBuffer: 2 ** 27,
    });
    const temporary = join(folder, `${wanted}.${process.pid}.tmp`);
    writeFileSync(temporary, blob);
    renameSync(temporary, join(folder, `${wanted}.gguf`));
  }
  rmSync(repository, { recursive: true });
  return file;
}

/** SentencePiece, GPT-2, Llama 3 and Qwen 2. */
export const bundledVocabularies = ['llama-spm', 'gpt-2', 'llama-bpe', 'qwen2'] as const;

export async function loadVocabulary(path: string): Promise<Vocabulary> {
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    gpu: false,
    logger: () => undefined,
  });
  return ggufVocabulary(await llama.loadModel({ modelPath: path, vocabOnly: true }));
}

export const embeddedVocabulary = (): Promise<Vocabulary> => loadVocabulary(bundledModel);
