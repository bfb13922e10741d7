// Where models, and the names for them, are on this machine.

import { join } from 'node:path';
import type { Shelf } from '../backends/installed/resolve.js';
import { bundledModel } from './options.js';
import { configHome, homeFolder } from './user-folders.js';

export function shelfFrom(environment: NodeJS.ProcessEnv): Shelf {
  // Without a home, what cannot be made says so.
  const home = homeFolder() ?? '/';
  const place = { environment, home, platform: process.platform };
  return { place, bundledModel, aliasFile: join(configHome(environment) ?? home, 'unspool', 'aliases.json') };
}

/** Options that name models, and those that say on which server such a name is one. */
const modelOptions = [
  ['model', 'server'],
  ['embeddingModel', 'embeddingServer'],
] as const;

/** Options with models as paths of files, whatever the user wrote for them; on a server, it is a name there. */
export async function withModelPath<Options extends object>(
  options: Options,
  environment: NodeJS.ProcessEnv,
): Promise<Options> {
  const named = modelOptions.flatMap(([option, server]) => {
    const reference = (options as Readonly<Record<string, unknown>>)[option];
    return typeof reference === 'string' && !(server in options) ? [[option, reference] as const] : [];
  });
  if (named.length === 0) return options;
  const { resolveModel } = await import('../backends/installed/resolve.js');
  const shelf = shelfFrom(environment);
  return { ...options, ...Object.fromEntries(named.map(([option, name]) => [option, resolveModel(name, shelf)])) };
}
