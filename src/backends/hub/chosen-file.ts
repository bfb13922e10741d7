// Which of a repository's files a reference means: the same on its hub, and among those on this machine.

import { allParts, hasQuantization, isModelFileName, partsOf } from '../gguf/file-names.js';
import type { HubReference } from './references.js';

/** The usual quantisations, for a reference that names none. */
const preferred = ['Q4_K_M', 'Q8_0'];

/**
 * A model, or the first of its parts; undefined where none is meant. `path`: in the repository, with slashes. Of
 * several files of one path, the first.
 */
export function chooseFile<File extends { readonly path: string }>(
  { file, quantization }: HubReference,
  files: readonly File[],
): File | undefined {
  if (file !== undefined) {
    const [wanted = file] = allParts(file);
    const isWanted = ({ path }: File): boolean => path.toLowerCase() === wanted.toLowerCase();
    return files.find(({ path }) => path === wanted) ?? files.find(isWanted);
  }
  const models = firstParts(files).sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  const ofQuantization = (asked: string): File | undefined =>
    // The plainest name first: model-Q4_K_M.gguf before model-UD-Q4_K_M.gguf.
    models.filter(({ path }) => hasQuantization(path, asked)).sort((a, b) => a.path.length - b.path.length)[0];
  if (quantization !== undefined) return ofQuantization(quantization);
  return preferred.map(ofQuantization).find((found) => found !== undefined) ?? models[0];
}

/** Those that are models, each by the first of its parts. */
export function firstParts<File extends { readonly path: string }>(files: readonly File[]): File[] {
  return files.filter(({ path }) => isModelFileName(path) && partsOf(path).part === 1);
}
