// unspool models pull: downloads a model, each of its parts in turn.

import { join } from 'node:path';
import { done, type Outcome } from '../../../cli/command.js';
import { checkSpace, withoutSystemErrors } from '../../../backends/hub/disk-room.js';
import { download } from '../../../backends/hub/download.js';
import { freeRam } from '../../../backends/machine/free-memory.js';
import { filesOfReference, fileUrl, type Hub } from '../../../backends/hub/hugging-face.js';
import { readAliases } from '../../../backends/installed/aliases.js';
import { pulledModels } from '../../../backends/installed/model-folders.js';
import { modelOfReference, type NamedModel } from '../../../backends/installed/names.js';
import { parseReference, type HubReference, type UrlReference } from '../../../backends/hub/references.js';
import { modelsOn, type ModelLocations } from '../../../backends/installed/resolve.js';
import { filesOfUrl } from '../../../backends/hub/url-files.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { usageError } from '../../../errors.js';
import { statSync } from 'node:fs';
import { aliasIndex, foundModel } from '../list/run.js';

export interface PullRequest {
  readonly reference: string;
  readonly locations: ModelLocations;
  readonly hub: Hub;
  readonly signal: AbortSignal;
  /** Bytes that a folder has room for. */
  readonly freeBytes?: (folder: string) => number;
}

interface WantedFile {
  readonly url: URL;
  /** At its source. */
  readonly path: string;
  readonly target: string;
  /** Undefined where only the download will tell. */
  readonly bytes: number | undefined;
  readonly listedSha256: string | undefined;
}

/** Interrupted, keeps what has come. */
export async function pullModel(request: PullRequest, reporter: Reporter): Promise<Outcome> {
  const { reference, locations, hub, signal, freeBytes } = request;
  const written = readAliases(locations.aliasFile).get(reference) ?? reference;
  const parsed = parseReference(written);
  if (parsed === undefined) {
    throw usageError(`${written}: is no reference to a model on a hub`, 'write hf:user/repository:Q4_K_M or a URL');
  }
  try {
    const files = parsed.kind === 'hub' ? await hubFiles(parsed, request) : urlFiles(parsed, locations);
    if (parsed.sha256 !== undefined && files.length > 1)
      throw usageError(`${written}: has ${files.length} parts`, 'a checksum is of one file');
    const bytes = sum(files);
    const there =
      parsed.kind === 'hub' && parsed.sha256 === undefined ? downloadedModel(parsed, files, locations) : undefined;
    if (there?.bytes === bytes) {
      const path = there.files[0];
      const status = 'already-there';
      reporter.handle({ event: 'download', path, bytes, sha256: null, checked: null, status });
      reportModel(path, locations, reporter);
      return done;
    }
    checkRoom(files, locations, freeBytes);
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
    const [first] = files;
    if (first !== undefined) reportModel(first.target, locations, reporter);
    return done;
  } catch (error) {
    if (!signal.aborted) throw withoutSystemErrors(error, pulledModels(locations.userEnvironment));
    const message = 'interrupted; what has come is kept';
    const hint = `unspool models pull ${written} goes on from there`;
    reporter.handle({ event: 'warning', code: 'interrupted', message, hint });
    return { status: 'interrupted', failures: [] };
  }
}

async function hubFiles(reference: HubReference, { hub, locations, signal }: PullRequest): Promise<WantedFile[]> {
  const files = await filesOfReference(reference, hub, signal);
  const { repository } = reference;
  return files.map((file) => ({
    url: fileUrl(repository, file, hub),
    path: file.path,
    target: join(pulledModels(locations.userEnvironment), repository, file.path),
    bytes: file.bytes,
    listedSha256: file.sha256,
  }));
}

function urlFiles({ url }: UrlReference, { userEnvironment }: ModelLocations): WantedFile[] {
  return filesOfUrl(url).map((file) => ({
    ...file,
    target: join(pulledModels(userEnvironment), file.path),
    bytes: undefined,
    listedSha256: undefined,
  }));
}

/** The same file of the same repository, pulled before or in another tool's folder. */
function downloadedModel(
  reference: HubReference,
  [first]: readonly WantedFile[],
  locations: ModelLocations,
): NamedModel | undefined {
  return first && modelOfReference({ ...reference, file: first.path }, modelsOn(locations));
}

/** As the list will show it. */
function reportModel(path: string, locations: ModelLocations, reporter: Reporter): void {
  const models = modelsOn(locations);
  const model = models.find(({ files }) => files[0] === path);
  const found = model && foundModel(model, aliasIndex(locations, models), freeRam());
  if (found !== undefined) reporter.handle(found);
}

function sum(files: readonly WantedFile[]): number {
  return files.reduce((total, { bytes = NaN }) => total + bytes, 0);
}

/** All parts must fit before the first byte comes. */
function checkRoom(
  files: readonly WantedFile[],
  { userEnvironment }: ModelLocations,
  freeBytes?: (folder: string) => number,
): void {
  const missing = files.reduce((sum, { bytes = 0, target }) => {
    const there = [target, `${target}.part`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    return sum + Math.max(0, bytes - Math.max(...there));
  }, 0);
  const folder = pulledModels(userEnvironment);
  if (missing > 0) checkSpace(folder, missing, freeBytes);
}
