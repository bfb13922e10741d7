// Finds the model files on this machine, without opening them.

import { readFileSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { ModelSource } from '../../engine/events/model-events.js';
import { allParts, isModelFileName, partsOf } from '../gguf/file-names.js';
import type { ModelFolder } from './model-folders.js';

export interface LocalModel {
  readonly source: ModelSource;
  /** One, or all parts in order, also those that are missing. */
  readonly files: readonly [first: string, ...others: string[]];
  readonly bytes: number;
  /** What may be said for it, the preferred first. */
  readonly names: readonly string[];
  /** Where it is from on a hub, as its folders say. */
  readonly origin: HubOrigin | undefined;
}

export interface HubOrigin {
  /** `user/repository`. */
  readonly repository: string;
  /** Of the first part, in the repository, with slashes. */
  readonly path: string;
}

/** Folders that people nest, the layouts of tools, and folders of URLs are no deeper. */
const deepest = 12;

/** Each file once, however many links lead to it. A folder that is not there or may not be read holds none. */
export function findModels(folders: readonly ModelFolder[]): LocalModel[] {
  const byFile = new Map<string, LocalModel>();
  for (const folder of folders) {
    for (const model of modelsIn(folder)) {
      const file = realpathSync(model.files[0]);
      const same = byFile.get(file);
      byFile.set(file, same === undefined ? model : { ...same, names: [...same.names, ...model.names] });
    }
  }
  return [...byFile.values()];
}

function modelsIn({ source, layout, path }: ModelFolder): LocalModel[] {
  switch (layout) {
    case 'tree':
      return treeModels(source, path, '');
    case 'hub':
      return entriesOf(path).flatMap((entry) => {
        const [kind, user, ...repository] = entry.split('--');
        if (kind !== 'models' || user === undefined || repository.length === 0) return [];
        const snapshots = join(path, entry, 'snapshots');
        const name = `${user}/${repository.join('--')}`;
        return entriesOf(snapshots).flatMap((commit) => treeModels(source, join(snapshots, commit), `${name}/`));
      });
    case 'ollama':
      return ollamaModels(path);
  }
}

/** `prefix`: what the folder stands for in names, with a slash at its end. */
function treeModels(source: ModelSource, folder: string, prefix: string): LocalModel[] {
  return ggufFiles(folder, '', 0).flatMap((relative) => {
    const { stem, part } = partsOf(relative);
    const files = allParts(join(folder, relative));
    const [first, ...others] = files;
    if (part !== 1 || !isModelFileName(relative) || first === undefined) return [];
    const path = `${prefix}${relative}`.split('/');
    const place = path.slice(0, -1);
    const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
    return [
      {
        source,
        files: [first, ...others],
        bytes,
        names: [stem, [...(place.length === 0 ? [source] : place), stem].join('/')],
        origin:
          place.length < 2 ? undefined : { repository: path.slice(0, 2).join('/'), path: path.slice(2).join('/') },
      },
    ];
  });
}

/** Paths in `folder`, with slashes on every system; what lies higher comes first. */
function ggufFiles(folder: string, relative: string, depth: number): string[] {
  if (depth > deepest) return [];
  const paths = entriesOf(join(folder, relative)).map((name) => (relative === '' ? name : `${relative}/${name}`));
  const isFolder = (path: string): boolean => statusOf(join(folder, path))?.isDirectory() === true;
  const isModel = (path: string): boolean => /\.gguf$/i.test(path) && statusOf(join(folder, path))?.isFile() === true;
  return [...paths.filter(isModel), ...paths.filter(isFolder).flatMap((path) => ggufFiles(folder, path, depth + 1))];
}

const modelLayer = 'application/vnd.ollama.image.model';

/** Ollama keeps a manifest at host/namespace/model/tag, which names its blobs by digest (manifest/paths.go). */
function ollamaModels(folder: string): LocalModel[] {
  const manifests = join(folder, 'manifests');
  const found: LocalModel[] = [];
  for (const host of entriesOf(manifests)) {
    for (const namespace of entriesOf(join(manifests, host))) {
      for (const model of entriesOf(join(manifests, host, namespace))) {
        for (const tag of entriesOf(join(manifests, host, namespace, model))) {
          const digest = modelDigest(join(manifests, host, namespace, model, tag));
          if (digest === undefined) continue;
          const file = join(folder, 'blobs', digest.replace(':', '-'));
          if (statusOf(file) === undefined) continue;
          const name = ollamaName(host, namespace, model, tag);
          const names = [name, ...(tag === 'latest' ? [name.replace(/:latest$/, '')] : []), `ollama/${name}`];
          found.push({ source: 'ollama', files: [file], bytes: sizeOf(file), names, origin: undefined });
        }
      }
    }
  }
  return found;
}

/** As Ollama shows it: without its own registry, and without the namespace of its own models. */
function ollamaName(host: string, namespace: string, model: string, tag: string): string {
  const place = host.startsWith('registry.') ? [] : [host];
  return `${[...place, ...(namespace === 'library' ? [] : [namespace]), model].join('/')}:${tag}`;
}

function modelDigest(manifest: string): string | undefined {
  try {
    const { layers } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      layers: { mediaType: string; digest: string }[];
    };
    const digest = layers.find(({ mediaType }) => mediaType === modelLayer)?.digest;
    return digest !== undefined && /^sha256[:-][0-9a-f]{64}$/i.test(digest) ? digest : undefined;
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function sizeOf(file: string): number {
  return statusOf(file)?.size ?? 0;
}

/** Undefined for what is not there, or may not be looked at. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
