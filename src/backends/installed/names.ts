// The names of the models on this machine: which to show, and which model a user means.

import { distance } from 'fastest-levenshtein';
import { UnspoolError } from '../../errors.js';
import type { LocalModel } from './find-models.js';
import { chooseFile, type HubReference } from '../hub/references.js';

export interface NamedModel extends LocalModel {
  /** Means this model and no other. */
  readonly name: string;
}

/** Each model under the first of its names that no other has, or its path. */
export function nameModels(models: readonly LocalModel[]): NamedModel[] {
  const count = new Map<string, number>();
  for (const { names } of models)
    for (const name of new Set(names.map(key))) count.set(name, (count.get(name) ?? 0) + 1);
  return models.map((model) => ({
    ...model,
    name: model.names.find((name) => count.get(key(name)) === 1) ?? model.files[0],
  }));
}

/** The model of this name, in any case; undefined where there is none. Throws an error where there are several. */
export function modelNamed(name: string, models: readonly NamedModel[]): NamedModel | undefined {
  const wanted = key(name);
  const found = models.filter((model) => [model.name, ...model.names].some((each) => key(each) === wanted));
  const [first, second] = found;
  if (first === undefined || second === undefined) return first;
  const names = found.map((model) => model.name).join(' or ');
  throw new UnspoolError('model-ambiguous', `${name}: is the name of ${found.length} models`, `write ${names}`);
}

/** Of a hub, already here; undefined where it is not. */
export function modelOfReference(reference: HubReference, models: readonly NamedModel[]): NamedModel | undefined {
  const repository = key(reference.repository);
  const there = models.flatMap((model) =>
    model.origin !== undefined && key(model.origin.repository) === repository
      ? [{ path: model.origin.path, model }]
      : [],
  );
  return chooseFile(reference, there)?.model;
}

/** Up to three names that are close to what was typed, or that go on from it. */
export function nearNames(typed: string, names: readonly string[]): string[] {
  const wanted = key(typed);
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, off: key(name).includes(wanted) ? 0 : distance(wanted, key(name)) }))
    .filter(({ off }) => off <= most)
    .sort((a, b) => a.off - b.off)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Nobody remembers which letters of a model's name are capitals. */
function key(name: string): string {
  return name.toLowerCase();
}
