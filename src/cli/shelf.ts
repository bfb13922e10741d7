// Where models, and the names for them, are on this machine.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Shelf } from '../backends/resolve-model.js';
import { bundledModel } from './options.js';

export function shelfFrom(environment: NodeJS.ProcessEnv): Shelf {
  const place = { environment, home: homedir(), platform: process.platform };
  return { place, bundledModel, aliasFile: join(configHome(place), 'unspool/aliases.json') };
}

function configHome({ environment, home, platform }: Shelf['place']): string {
  const homes = [environment.XDG_CONFIG_HOME, platform === 'win32' ? environment.APPDATA : undefined];
  // The XDG specification has relative paths ignored.
  return homes.find((path) => path !== undefined && isAbsolute(path)) ?? join(home, '.config');
}

/** Options with --model as the path of a file, whatever the user wrote for it. */
export async function withModelPath<Options extends object>(
  options: Options,
  environment: NodeJS.ProcessEnv,
): Promise<Options> {
  if (!('model' in options) || typeof options.model !== 'string') return options;
  const { resolveModel } = await import('../backends/resolve-model.js');
  return { ...options, model: resolveModel(options.model, shelfFrom(environment)) };
}
