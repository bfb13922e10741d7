// unspool models pull: downloads a model, each of its parts in turn.

import { join } from 'node:path';
import { checkSpace, download } from '../backends/download.js';
import { allParts, partsOf } from '../backends/gguf-file-names.js';
import { filesOfReference, fileUrl, type Hub } from '../backends/hugging-face.js';
import { readAliases } from '../backends/model-aliases.js';
import { pulledModels } from '../backends/model-folders.js';
import { lookUp, modelsOn, type Shelf } from '../backends/resolve-model.js';
import { parseReference, type HubReference, type UrlReference } from '../backends/model-references.js';
import type { Reporter } from '../engine/reporter.js';
import { usageError } from '../errors.js';
import { statSync } from 'node:fs';
import type { Outcome } from './outcome.js';

export interface PullRequest {
  readonly reference: string;
  readonly shelf: Shelf;
  readonly hub: Hub;
  readonly signal: AbortSignal;
  /** Bytes that a folder has room for. */
  readonly freeBytes?: (folder: string) => number;
}

interface WantedFile {
  readonly url: URL;
  readonly target: string;
  /** Undefined where only the download will tell. */
  readonly bytes: number | undefined;
  readonly listedSha256: string | undefined;
}

/** Interrupted, keeps what has come. */
export async function pullModel(request: PullRequest, reporter: Reporter): Promise<Outcome> {
  const { reference, shelf, hub, signal, freeBytes } = request;
  const written = readAliases(shelf.aliasFile).get(reference) ?? reference;
  const parsed = parseReference(written);
  if (parsed === undefined) {
    throw usageError(`${written}: is no reference to a model on a hub`, 'write hf:user/repository:Q4_K_M or a URL');
  }
  try {
    const files = parsed.kind === 'hub' ? await hubFiles(parsed, request) : urlFiles(parsed, shelf);
    if (parsed.sha256 !== undefined && files.length > 1)
      throw usageError(`${written}: has ${files.length} parts`, 'a checksum is of one file');
    if (parsed.kind === 'hub' && parsed.sha256 === undefined && reportElsewhere(parsed, files, shelf, reporter))
      return { status: 'done', failures: [] };
    checkRoom(files, shelf, freeBytes);
    for (const { url, target, listedSha256 } of files) {
      const result = await download({
        ...{ url, target, listedSha256, signal, userSha256: parsed.sha256 },
        token: url.origin === hub.endpoint.origin ? hub.token : undefined,
        onProgress: (bytes, total) => {
          reporter.handle({ event: 'downloading', path: target, bytes, total: total ?? null });
        },
        ...(freeBytes !== undefined && { freeBytes }),
      });
      reporter.handle({ event: 'download', path: target, ...result });
    }
    return { status: 'done', failures: [] };
  } catch (error) {
    if (!signal.aborted) throw error;
    const message = 'interrupted; what has come is kept';
    const hint = `unspool models pull ${written} goes on from there`;
    reporter.handle({ event: 'warning', code: 'interrupted', message, hint });
    return { status: 'interrupted', failures: [] };
  }
}

async function hubFiles(reference: HubReference, { hub, shelf, signal }: PullRequest): Promise<WantedFile[]> {
  const files = await filesOfReference(reference, hub, signal);
  const { repository } = reference;
  return files.map((file) => ({
    url: fileUrl(repository, file, hub),
    target: join(pulledModels(shelf.place), repository, file.path),
    bytes: file.bytes,
    listedSha256: file.sha256,
  }));
}

function urlFiles({ url }: UrlReference, { place }: Shelf): WantedFile[] {
  const folder = join(pulledModels(place), url.hostname);
  return allParts(url.pathname).map((path) => {
    const each = new URL(url);
    each.pathname = path;
    const name = decodeURIComponent(path.split('/').at(-1) ?? '').replace(/[\\/:]/g, '_');
    if (name === '') throw usageError(`${url.href}: names no file`, 'give the address of a .gguf file');
    const target = join(folder, /\.gguf$/i.test(name) ? name : `${name}.gguf`);
    return { url: each, target, bytes: undefined, listedSha256: undefined };
  });
}

/** Whether the model is here already: pulled before, or in another tool's folder. */
function reportElsewhere(
  reference: HubReference,
  files: readonly WantedFile[],
  shelf: Shelf,
  reporter: Reporter,
): boolean {
  const [first] = files;
  if (first === undefined) return false;
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? NaN), 0);
  const { stem } = partsOf(first.target);
  const model = lookUp(`hf:${reference.repository}/${stem}.gguf`, modelsOn(shelf));
  if (model?.bytes !== bytes) return false;
  reporter.handle({
    event: 'download',
    path: model.files[0],
    bytes,
    sha256: null,
    checked: null,
    status: 'already-there',
  });
  return true;
}

/** All parts must fit before the first byte comes. */
function checkRoom(files: readonly WantedFile[], { place }: Shelf, freeBytes?: (folder: string) => number): void {
  const missing = files.reduce((sum, { bytes = 0, target }) => {
    const there = [target, `${target}.part`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    return sum + Math.max(0, bytes - Math.max(...there));
  }, 0);
  const folder = pulledModels(place);
  if (missing > 0) checkSpace(folder, missing, freeBytes);
}
