// A model as the user names it, before it is opened: a file to run here, or servers that have it.

import type { CacheTypes } from '../engine/models/cache-types.js';
import type { GpuChoice, LayerChoice } from '../engine/models/machine.js';
import type { ServerAccess } from './server/client.js';

/**
 * `native`: llama.cpp's own interface in a child process; scores only. `public`: node-llama-cpp's interface in this
 * one; the same scores, slower, and it draws tokens.
 */
export type ModelInterface = 'native' | 'public';

/** A GGUF file. */
export interface ModelRequest {
  readonly path: string;
  /** Decoding threads; undefined for as many as are free. */
  readonly threads?: number | undefined;
  /** Undefined for `native` where it is possible. */
  readonly modelInterface?: ModelInterface | undefined;
  /** Undefined for `auto`. */
  readonly gpu?: GpuChoice | undefined;
  readonly gpuLayers?: LayerChoice;
  /** Undefined for F16. */
  readonly cacheTypes?: CacheTypes | undefined;
}

export interface ServerRequest {
  /** At least one address. */
  readonly servers: readonly string[];
  /** As the servers know it; undefined for the only one that they have. */
  readonly model: string | undefined;
  readonly apiKey: string | undefined;
  /** Where the usual one does not suit. */
  readonly patience?: Pick<ServerAccess, 'retries' | 'backoffSeconds' | 'timeoutSeconds'>;
}

export type ModelChoice = ModelRequest | ServerRequest;

/** Servers hand out no cache, and run on machines of their own. */
export function isOnServers(choice: ModelChoice): choice is ServerRequest {
  return 'servers' in choice;
}

/** How many documents, or prompts, it can work on at once. */
export function answersAtOnce(choice: ModelChoice): number {
  return isOnServers(choice) ? choice.servers.length : 1;
}

/** The same for work that cannot be divided. */
export function oneAtOnce(choice: ModelChoice): ModelChoice {
  return isOnServers(choice) ? { ...choice, servers: choice.servers.slice(0, 1) } : choice;
}

/** The same for work that does not use the cache that the user may have described. */
export function withUsualCache(choice: ModelChoice): ModelChoice {
  return isOnServers(choice) ? choice : { ...choice, cacheTypes: undefined };
}

/** What tells it from other models in the file of a run: its path, or what its servers call it, or where they are. */
export function nameOf(choice: ModelChoice): string | readonly string[] {
  return isOnServers(choice) ? (choice.model ?? choice.servers) : choice.path;
}
