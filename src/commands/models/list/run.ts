// unspool models list: the models on this machine.

import { freeRam } from '../../../backends/machine/free-memory.js';
import { describeGguf } from '../../../backends/gguf/description.js';
import { readAliases } from '../../../backends/installed/aliases.js';
import type { NamedModel } from '../../../backends/installed/names.js';
import { lookUp, modelsOn, type ModelLocations } from '../../../backends/installed/resolve.js';
import type { ModelFile, ModelFound } from '../../../engine/events/model-events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { factsOf } from '../facts.js';

/** Reads headers only. A file that cannot be read is listed with what is wrong with it. */
export function listModels(locations: ModelLocations, reporter: Reporter): void {
  const free = freeRam();
  const models = modelsOn(locations);
  const aliasesOf = aliasIndex(locations, models);
  for (const model of models) {
    const found = foundModel(model, aliasesOf, free);
    if (found !== undefined) reporter.handle(found);
  }
}

/** Undefined for a file that is no model, such as a projector. */
export function foundModel(model: NamedModel, aliasesOf: AliasIndex, freeMemoryBytes: number): ModelFound | undefined {
  const content = describeGguf(model.files);
  const file = fileOf(model, aliasesOf);
  switch (content.kind) {
    case 'model':
      return { event: 'model', ...file, model: factsOf(content.description, freeMemoryBytes), problem: null };
    case 'damaged':
      return { event: 'model', ...file, model: null, problem: content.reason };
    case 'no-model':
      return undefined;
  }
}

export function fileOf(model: NamedModel, aliasesOf: AliasIndex): ModelFile {
  const { name, source, files, bytes } = model;
  return { name, aliases: aliasesOf(model), source, path: files[0], bytes };
}

/** The aliases that lead to a model. */
export type AliasIndex = (model: NamedModel) => readonly string[];

export function aliasIndex(locations: ModelLocations, models: readonly NamedModel[]): AliasIndex {
  const targets = [...readAliases(locations.aliasFile)].map(([alias, reference]) => {
    const byPath = models.find(({ files }) => files[0] === reference);
    return { alias, model: byPath ?? lookUpQuietly(reference, models, locations) };
  });
  return (model) => targets.filter((target) => target.model === model).map(({ alias }) => alias);
}

/** A name that has become one of several is no reason not to list them. */
function lookUpQuietly(
  reference: string,
  models: readonly NamedModel[],
  locations: ModelLocations,
): NamedModel | undefined {
  try {
    return lookUp(reference, models, locations);
  } catch {
    return undefined;
  }
}
