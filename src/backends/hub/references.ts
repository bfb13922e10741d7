// What a user may write for a model that is to be downloaded, or was, and which file of a repository that means: the same
// on its hub, and among those on this machine.

import { usageError } from '../../errors.js';
import { allParts, hasQuantization, isModelFileName, partsOf } from '../gguf/file-names.js';

export type ModelReference = HubReference | UrlReference;

/** `hf:user/repository`, `hf:user/repository:quantisation` or `hf:user/repository/path/to/file.gguf`. */
export interface HubReference {
  readonly kind: 'hub';
  /** `user/repository`. */
  readonly repository: string;
  readonly file: string | undefined;
  readonly quantization: string | undefined;
  readonly sha256: string | undefined;
}

export interface UrlReference {
  readonly kind: 'url';
  readonly url: URL;
  readonly sha256: string | undefined;
}

const examples = 'write hf:user/repository:Q4_K_M, hf:user/repository/file.gguf or https://host/file.gguf';
const hubPattern = /^hf:(?:\/\/)?([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?::([\w.-]+)|\/(.+\.gguf))?$/i;

/** Undefined for text that is no such reference; throws a usage error for one that is badly written. */
export function parseReference(text: string): ModelReference | undefined {
  const [address = '', fragment] = text.split('#', 2);
  const isHub = /^hf:/i.test(address);
  if (!isHub && !/^https?:\/\//i.test(address)) return undefined;
  const sha256 = parseFragment(text, fragment);
  if (!isHub) {
    if (!URL.canParse(address)) throw usageError(`${text}: is no URL`, examples);
    return { kind: 'url', url: new URL(address), sha256 };
  }
  const [, repository, quantization, file] = hubPattern.exec(address) ?? [];
  if (repository === undefined || file?.split('/').includes('..') === true)
    throw usageError(`${text}: is no reference to a model`, examples);
  return { kind: 'hub', repository, file, quantization, sha256 };
}

function parseFragment(text: string, fragment: string | undefined): string | undefined {
  if (fragment === undefined) return undefined;
  const [, sha256] = /^sha256=([0-9a-f]{64})$/i.exec(fragment) ?? [];
  if (sha256 === undefined)
    throw usageError(`${text}: what follows # is no checksum`, 'write #sha256= and 64 hexadecimal digits');
  return sha256.toLowerCase();
}

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
