// unspool models alias: short names for models.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAliases, writeAliases } from '../../../backends/installed/aliases.js';
import { parseReference } from '../../../backends/hub/references.js';
import { lookUp, modelsOn, resolveModel, type ModelLocations } from '../../../backends/installed/resolve.js';
import type { NamedModel } from '../../../backends/installed/names.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { UnspoolError, usageError } from '../../../errors.js';

/** A letter or digit first: neither an option nor a path. */
const aliasPattern = /^[A-Za-z0-9][\w.-]*$/;

export function listAliases(locations: ModelLocations, reporter: Reporter): void {
  const aliases = readAliases(locations.aliasFile);
  const models = aliases.size === 0 ? [] : modelsOn(locations);
  for (const [alias, reference] of aliases) {
    reporter.handle({ event: 'alias', alias, reference, path: pathOf(reference, models, locations) });
  }
}

/** A file must be there; a reference to a hub may be pulled later. */
export function setAlias(alias: string, reference: string, locations: ModelLocations, reporter: Reporter): void {
  if (!aliasPattern.test(alias) || /\.gguf$/i.test(alias))
    throw usageError(`${alias}: is no name for a model`, 'use letters, digits, dots, hyphens and underscores');
  const target = targetOf(reference, locations);
  writeAliases(locations.aliasFile, new Map([...readAliases(locations.aliasFile), [alias, target]]));
  reporter.handle({ event: 'alias', alias, reference: target, path: pathOf(target, modelsOn(locations), locations) });
}

export function removeAlias(alias: string, locations: ModelLocations): void {
  const aliases = new Map(readAliases(locations.aliasFile));
  if (!aliases.delete(alias))
    throw new UnspoolError('alias-unknown', `${alias}: no such alias`, 'unspool models alias lists them');
  writeAliases(locations.aliasFile, aliases);
}

/** What stays true from another folder, and when the alias itself is the name of a file one day. */
function targetOf(reference: string, locations: ModelLocations): string {
  if (existsSync(reference)) return resolve(reference);
  const aliased = readAliases(locations.aliasFile).get(reference);
  if (aliased !== undefined) return aliased;
  if (parseReference(reference) !== undefined) return reference;
  const path = resolveModel(reference, locations);
  if (!existsSync(path))
    throw new UnspoolError('model-not-found', `${reference}: no such file`, 'give a file that exists');
  return reference;
}

function pathOf(reference: string, models: readonly NamedModel[], locations: ModelLocations): string | null {
  if (existsSync(reference)) return reference;
  try {
    return lookUp(reference, models, locations)?.files[0] ?? null;
  } catch {
    return null;
  }
}
