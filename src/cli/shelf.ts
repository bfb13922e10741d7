// Where models, and the names for them, are on this machine.

import { join } from 'node:path';
import type { Shelf } from '../backends/resolve-model.js';
import { bundledModel } from './options.js';
import { configHome, homeFolder } from './user-folders.js';

export function shelfFrom(environment: NodeJS.ProcessEnv): Shelf {
  // Without a home, what cannot be made says so.
  const home = homeFolder() ?? '/';
  const place = { environment, home, platform: process.platform };
  return { place, bundledModel, aliasFile: join(configHome(environment) ?? home, 'unspool', 'aliases.json') };
}

/** Options with --model as the path of a file, whatever the user wrote for it; on a server, it is a name there. */
export async function withModelPath<Options extends object>(
  options: Options,
  environment: NodeJS.ProcessEnv,
): Promise<Options> {
  if (!('model' in options) || typeof options.model !== 'string' || 'server' in options) return options;
  const { resolveModel } = await import('../backends/resolve-model.js');
  return { ...options, model: resolveModel(options.model, shelfFrom(environment)) };
}
