// unspool models alias: short names for models.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAliases, writeAliases } from '../../../backends/installed/aliases.js';
import { parseReference } from '../../../backends/hub/references.js';
import { lookUp, modelsOn, resolveModel, type Shelf } from '../../../backends/installed/resolve.js';
import type { NamedModel } from '../../../backends/installed/names.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { UnspoolError, usageError } from '../../../errors.js';

/** A letter or digit first: neither an option nor a path. */
const aliasPattern = /^[A-Za-z0-9][\w.-]*$/;

export function listAliases(shelf: Shelf, reporter: Reporter): void {
  const aliases = readAliases(shelf.aliasFile);
  const models = aliases.size === 0 ? [] : modelsOn(shelf);
  for (const [alias, reference] of aliases) {
    reporter.handle({ event: 'alias', alias, reference, path: pathOf(reference, models, shelf) });
  }
}

/** A file must be there; a reference to a hub may be pulled later. */
export function setAlias(alias: string, reference: string, shelf: Shelf, reporter: Reporter): void {
  if (!aliasPattern.test(alias) || /\.gguf$/i.test(alias))
    throw usageError(`${alias}: is no name for a model`, 'use letters, digits, dots, hyphens and underscores');
  const target = targetOf(reference, shelf);
  writeAliases(shelf.aliasFile, new Map([...readAliases(shelf.aliasFile), [alias, target]]));
  reporter.handle({ event: 'alias', alias, reference: target, path: pathOf(target, modelsOn(shelf), shelf) });
}

export function removeAlias(alias: string, shelf: Shelf): void {
  const aliases = new Map(readAliases(shelf.aliasFile));
  if (!aliases.delete(alias))
    throw new UnspoolError('alias-unknown', `${alias}: no such alias`, 'unspool models alias lists them');
  writeAliases(shelf.aliasFile, aliases);
}

/** What stays true from another folder, and when the alias itself is the name of a file one day. */
function targetOf(reference: string, shelf: Shelf): string {
  if (existsSync(reference)) return resolve(reference);
  const aliased = readAliases(shelf.aliasFile).get(reference);
  if (aliased !== undefined) return aliased;
  if (parseReference(reference) !== undefined) return reference;
  const path = resolveModel(reference, shelf);
  if (!existsSync(path))
    throw new UnspoolError('model-not-found', `${reference}: no such file`, 'give a file that exists');
  return reference;
}

function pathOf(reference: string, models: readonly NamedModel[], shelf: Shelf): string | null {
  if (existsSync(reference)) return reference;
  try {
    return lookUp(reference, models, shelf)?.files[0] ?? null;
  } catch {
    return null;
  }
}
