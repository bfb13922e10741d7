// From what a user writes for a model to the path of its file: the one place that decides it.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UnspoolError } from '../../errors.js';
import { findModels, type LocalModel } from './find-models.js';
import { readAliases } from './aliases.js';
import { modelFolders, pulledModels, type UserEnvironment } from './model-folders.js';
import { modelNamed, modelOfReference, nameModels, nearNames, type NamedModel } from './names.js';
import { parseReference } from '../hub/references.js';
import { filesOfUrl } from '../hub/url-files.js';

/** What there is to choose from. */
export interface ModelLocations {
  readonly userEnvironment: UserEnvironment;
  readonly bundledModel: string;
  readonly aliasFile: string;
}

/** A file of that name, else an alias, else an hf: reference or a name. Throws an `UnspoolError` for anything else. */
export function resolveModel(reference: string, locations: ModelLocations): string {
  // Also a folder: what opens it says so.
  if (existsSync(reference)) return reference;
  const aliases = readAliases(locations.aliasFile);
  const target = aliases.get(reference) ?? reference;
  if (target !== reference && existsSync(target)) return target;
  const models = modelsOn(locations);
  const found = lookUp(target, models, locations);
  if (found !== undefined) return found.files[0];
  if (target !== reference) {
    const message = `${reference}: stands for ${target}, which is not here`;
    throw new UnspoolError('model-not-found', message, hintFor(target));
  }
  if (parseReference(reference) !== undefined)
    throw new UnspoolError('model-not-found', `${reference}: is not on this machine`, hintFor(reference));
  if (/[/\\]|\.gguf$/i.test(reference)) return reference;
  const near = nearNames(reference, [...aliases.keys(), ...models.map(({ name }) => name)]);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'unspool models lists those there are';
  throw new UnspoolError('model-not-found', `${reference}: no such file, alias or model`, hint);
}

/** Undefined where no model on this machine is meant. */
export function lookUp(
  reference: string,
  models: readonly NamedModel[],
  { userEnvironment }: ModelLocations,
): NamedModel | undefined {
  const parsed = parseReference(reference);
  if (parsed === undefined) return modelNamed(reference, models);
  if (parsed.kind === 'hub') return modelOfReference(parsed, models);
  const [first] = filesOfUrl(parsed.url).map(({ path }) => join(pulledModels(userEnvironment), path));
  return models.find(({ files }) => files[0] === first);
}

/** Every model on this machine, the bundled one first. */
export function modelsOn({ userEnvironment, bundledModel }: ModelLocations): NamedModel[] {
  const bundled: LocalModel = {
    source: 'bundled',
    files: [bundledModel],
    bytes: statSync(bundledModel).size,
    names: ['bundled'],
    origin: undefined,
  };
  return nameModels([bundled, ...findModels(modelFolders(userEnvironment))]);
}

function hintFor(target: string): string {
  return parseReference(target) === undefined
    ? 'unspool models lists those there are'
    : `unspool models pull ${target}`;
}
