// What a user may write for a model that is to be downloaded, or was.

import { usageError } from '../../errors.js';

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
