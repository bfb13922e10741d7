// unspool models list: the models on this machine.

import { describeGguf } from '../backends/gguf-description.js';
import { readAliases } from '../backends/model-aliases.js';
import type { NamedModel } from '../backends/model-names.js';
import { lookUp, modelsOn, type Shelf } from '../backends/resolve-model.js';
import type { ModelFile } from '../engine/model-events.js';
import type { Reporter } from '../engine/reporter.js';
import { factsOf } from './model-facts.js';
import type { Outcome } from './outcome.js';

/** Reads headers only. A file that cannot be read is listed with what is wrong with it. */
export async function listModels(shelf: Shelf, reporter: Reporter, signal: AbortSignal): Promise<Outcome> {
  const free = process.availableMemory();
  const models = modelsOn(shelf);
  const aliasesOf = aliasIndex(shelf, models);
  for (const model of models) {
    // Lets an interrupt through between two files.
    await new Promise(setImmediate);
    if (signal.aborted) return { status: 'interrupted', failures: [] };
    const content = describeGguf(model.files);
    const file = fileOf(model, aliasesOf);
    if (content.kind === 'model')
      reporter.handle({ event: 'model', ...file, model: factsOf(content.description, free), problem: null });
    if (content.kind === 'damaged') reporter.handle({ event: 'model', ...file, model: null, problem: content.reason });
  }
  return { status: 'done', failures: [] };
}

export function fileOf(model: NamedModel, aliasesOf: (model: NamedModel) => readonly string[]): ModelFile {
  const { name, source, files, bytes } = model;
  return { name, aliases: aliasesOf(model), source, path: files[0], bytes };
}

/** The aliases that lead to each model. */
export function aliasIndex(shelf: Shelf, models: readonly NamedModel[]): (model: NamedModel) => readonly string[] {
  const targets = [...readAliases(shelf.aliasFile)].map(([alias, reference]) => {
    const byPath = models.find(({ files }) => files[0] === reference);
    return { alias, model: byPath ?? lookUpQuietly(reference, models) };
  });
  return (model) => targets.filter((target) => target.model === model).map(({ alias }) => alias);
}

/** A name that has become one of several is no reason not to list them. */
function lookUpQuietly(reference: string, models: readonly NamedModel[]): NamedModel | undefined {
  try {
    return lookUp(reference, models);
  } catch {
    return undefined;
  }
}
