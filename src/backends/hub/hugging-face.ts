// The files of a repository on Hugging Face, and which of them a reference means (as llama.cpp's -hf does it).

import { UnspoolError } from '../../errors.js';
import { allParts, partsOf, quantizationOf } from '../gguf/file-names.js';
import { chooseFile, firstParts, type HubReference } from './references.js';
import { ConnectionError, failure, request } from './transfer.js';

export interface Hub {
  /** HF_ENDPOINT, or Hugging Face itself. */
  readonly endpoint: URL;
  /** From HF_TOKEN only; never shown. */
  readonly token: string | undefined;
}

export interface HubFile {
  /** In the repository, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Undefined for a small file, which the hub keeps otherwise. */
  readonly sha256: string | undefined;
}

export function hubFrom(environment: NodeJS.ProcessEnv): Hub {
  const text = [environment.HF_ENDPOINT].find(Boolean) ?? 'https://huggingface.co';
  if (!URL.canParse(text)) throw new UnspoolError('download', `HF_ENDPOINT: ${text} is no URL`, 'correct or unset it');
  return { endpoint: new URL(text), token: tokenFrom(environment) };
}

/** Spaces and line breaks around it come from files. Throws an error that does not show it. */
function tokenFrom({ HF_TOKEN = '' }: NodeJS.ProcessEnv): string | undefined {
  const token = HF_TOKEN.trim();
  if (token === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UnspoolError('token-invalid', 'HF_TOKEN: has a character that no token has', 'correct or unset it');
}

/** The model's file, or all parts of it in order. */
export async function filesOfReference(reference: HubReference, hub: Hub, signal: AbortSignal): Promise<HubFile[]> {
  const files = await listFiles(reference.repository, hub, signal);
  const first = chooseFile(reference, files);
  if (first === undefined) throw notFound(reference, files);
  return allParts(first.path).map((path) => {
    const file = files.find((each) => each.path === path);
    if (file !== undefined) return file;
    throw new UnspoolError('model-not-found', `hf:${reference.repository}: lacks ${path}`, 'choose another file');
  });
}

export function fileUrl(repository: string, { path }: HubFile, { endpoint }: Hub): URL {
  return new URL(`${repository}/resolve/main/${path.split('/').map(encodeURIComponent).join('/')}`, folderOf(endpoint));
}

async function listFiles(repository: string, hub: Hub, signal: AbortSignal): Promise<HubFile[]> {
  const url = new URL(`api/models/${repository}/tree/main?recursive=true`, folderOf(hub.endpoint));
  const headers = new Headers({ accept: 'application/json', 'user-agent': 'unspool' });
  if (hub.token !== undefined) headers.set('authorization', `Bearer ${hub.token}`);
  const response = await request(url, { headers, signal });
  if (!response.ok) {
    await response.body?.cancel();
    // Without a token, the hub does not tell a private repository from none.
    if (response.status === 401 || response.status === 404) throw noRepository(repository, hub);
    throw failure(url, response, hub.token !== undefined);
  }
  try {
    return entriesOf(await response.json());
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionError(url, 'gives no list of files', error);
  }
}

function noRepository(repository: string, { token }: Hub): UnspoolError {
  const hint = token === undefined ? 'check the spelling; a private one needs HF_TOKEN' : 'check the spelling';
  return new UnspoolError('model-not-found', `hf:${repository}: no such repository`, hint);
}

interface TreeEntry {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly lfs?: { readonly oid: string };
}

function entriesOf(answer: unknown): HubFile[] {
  if (!Array.isArray(answer)) throw new TypeError('no list');
  return (answer as TreeEntry[])
    .filter(({ type, path }) => type === 'file' && /\.gguf$/i.test(path) && isInside(path))
    .map(({ path, size, lfs }) => ({ path, bytes: size, sha256: lfs?.oid.toLowerCase() }));
}

/** A path becomes one on this machine, which is shown: it must not lead anywhere else, nor steer a terminal. */
function isInside(path: string): boolean {
  return !/[\\\p{Cc}]/u.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function notFound({ repository, file, quantization }: HubReference, files: readonly HubFile[]): UnspoolError {
  const refusal = (what: string, hint: string): UnspoolError =>
    new UnspoolError('model-not-found', `hf:${repository}: has no ${what}`, hint);
  const models = firstParts(files);
  if (file !== undefined) return refusal(`file ${file}`, hintFor(models));
  if (models.length === 0 || quantization === undefined)
    return refusal('GGUF files', 'look for a repository with GGUF in its name');
  return refusal(quantization, hintFor(models));
}

function hintFor(models: readonly HubFile[]): string {
  const names = new Set(models.map(({ path }) => quantizationOf(path) ?? partsOf(path).stem));
  return names.size === 0 ? 'it has no GGUF files' : `it has ${[...names].join(', ')}`;
}

function folderOf(endpoint: URL): URL {
  return endpoint.pathname.endsWith('/') ? endpoint : new URL(`${endpoint.href}/`);
}
