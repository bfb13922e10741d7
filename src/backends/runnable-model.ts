// What a task needs of a model, wherever it runs: in this machine's memory, or on servers.

import type { Backend } from '../engine/backend.js';
import type { CacheTypes } from '../engine/models/cache-types.js';
import type { ChatModel } from '../engine/models/chat.js';
import type { PolicyCircumstances } from '../engine/defaults.js';
import type { Warning } from '../engine/events/events.js';
import type { ModelClass } from '../engine/models/model-class.js';
import type { Policy, PolicySpec } from '../engine/policy.js';
import type { Fit } from './machine/fit.js';

/** What the model is opened for. `tokens`: that will be written at most. */
export type Purpose =
  { readonly kind: 'score' } | { readonly kind: 'write'; readonly tokens: number } | { readonly kind: 'chat' };

/** A line of what a run settled on, for --verbose: its text, which of the user's options it follows, what is added. */
export interface SettledLine {
  readonly name: string;
  readonly text: string;
  readonly option?: string;
  readonly note?: string;
}

export interface RunnableModel {
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
  readonly room: Pick<PolicyCircumstances, 'cacheBytesPerToken' | 'freeMemoryBytes'>;
  /** Of what was found when it was opened. */
  readonly warnings: readonly Warning[];
  /** What it was opened as, and on what it runs. */
  readonly settled: { readonly model: readonly SettledLine[]; readonly machine: readonly SettledLine[] };
  /** Whether it keeps a cache from one call to the next; else each request brings all that is in view. */
  readonly keepsCache: boolean;
  /** Of the cells of that cache; undefined where nobody tells. */
  readonly cacheTypes: CacheTypes | undefined;
  /** Whether it answers messages: false for a base model, which goes on with a text. A server is believed to. */
  readonly answersMessages: boolean;
  /**
   * Whether messages become a prompt here: then text in them stays text, and a prompt that does not fit is refused
   * before it is read. A server sees to both as it likes.
   */
  readonly makesPrompts: boolean;
  /**
   * What must be the same for a later run to go on from what one has kept, by names that a user understands. The
   * servers of a model may come and go.
   */
  identity(): Promise<Readonly<Record<string, unknown>>>;
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
