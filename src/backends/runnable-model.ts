// What a task needs of a model, wherever it runs: in this machine's memory, or on servers.

import type { Backend } from '../engine/backend.js';
import type { ChatModel } from '../engine/models/chat.js';
import type { Surroundings } from '../engine/defaults.js';
import type { Warning } from '../engine/events/events.js';
import type { ModelClass } from '../engine/models/model-class.js';
import type { Policy, PolicySpec } from '../engine/policy.js';
import type { Fit } from './fit.js';
import type { ModelRequest, OpenedModel } from './open-model.js';
import type { ServerModel, ServerRequest } from './server/model.js';

/** What the model is opened for. `tokens`: that will be written at most. */
export type Purpose =
  { readonly kind: 'score' } | { readonly kind: 'write'; readonly tokens: number } | { readonly kind: 'chat' };

export interface RunnableModel {
  readonly where: 'here' | 'server';
  /** Of its file, or the address of its server. */
  readonly path: string;
  readonly name: string;
  /** Null where a server does not tell. */
  readonly parameters: number | null;
  /** Tokens that it was trained on, or that fit a request to its server; undefined where nobody tells. */
  readonly contextSize: number | undefined;
  /** Entries; null where a server does not tell. */
  readonly vocabularySize: number | null;
  readonly modelClass: ModelClass;
  /** Whether it decodes many tokens at once as fast as few, as a GPU does. */
  readonly largeBlocks: boolean;
  /** What a cache takes of what is free. */
  readonly room: Pick<Surroundings, 'cacheBytesPerToken' | 'freeMemoryBytes'>;
  /** Of what was found when it was opened. */
  readonly warnings: readonly Warning[];
  /** Throws an `UnspoolError` for a policy that it cannot run, whatever the backend. */
  checkPolicy(asked: Partial<PolicySpec>, policy: Policy): void;
  /** The policy while `tokens` are written after a document that was read under `policy`. */
  whileWriting(policy: Policy, tokens: number): Policy;
  /**
   * Where weights and cache would go; undefined on a server. `cells`: the most that the cache will ever hold. `batch`:
   * the most tokens that one decode is given. Throws an `UnspoolError` where they do not fit.
   */
  fit(cells: number, batch: number): Promise<Fit | undefined>;
  /** Makes caches that work side by side: one here, one on each server. */
  createBackends(cells: number, batch: number): Promise<readonly [Backend, ...Backend[]]>;
  /**
   * The same for messages: `cells` are for those and their answer together. Throws an `UnspoolError` for a base model.
   */
  createChats(cells: number, batch: number): Promise<readonly [ChatModel, ...ChatModel[]]>;
  /** Of other processes that work for this one. */
  peakMemoryBytes(): Promise<number>;
  dispose(): Promise<void>;
}

/** A model as the user names it. */
export type ModelChoice = ModelRequest | ServerRequest;

/** Throws an `UnspoolError` where the model, or the machine it would run on, cannot do what it is opened for. */
export async function openRunnable(choice: ModelChoice, purpose: Purpose): Promise<OpenedModel | ServerModel> {
  // Heavy, both of them, and never needed together.
  if ('servers' in choice) {
    const { openServers } = await import('./server/model.js');
    return openServers(choice, purpose);
  }
  const { openModel } = await import('./open-model.js');
  // Only the public API draws tokens.
  return openModel(purpose.kind === 'score' ? choice : { ...choice, way: 'public' });
}
