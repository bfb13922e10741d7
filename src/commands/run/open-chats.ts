// Opens an instruct model for a task that asks it: how much it reads at once, and what has to be said of it.

import type { ModelChoice } from '../../backends/model-choice.js';
import { openRunnable } from '../../backends/open-runnable.js';
import type { RunnableModel } from '../../backends/runnable-model.js';
import type { ChatModel } from '../../engine/models/chat.js';
import type { Warning } from '../../engine/events/events.js';
import { largestCapacity } from '../../engine/defaults.js';
import { UnspoolError } from '../../errors.js';
import type { CacheSettings, Settings } from './settings.js';
import { memoryWarnings, usualChunk } from './measurement-plan.js';

export interface OpenChats {
  readonly model: RunnableModel;
  /** One here, one on each server. */
  readonly chats: readonly [ChatModel, ...ChatModel[]];
  /** Tokens of a prompt and its answer. */
  readonly cells: number;
  readonly warnings: readonly Warning[];
}

const largestBatch = 512;

/**
 * `context`: tokens of a prompt and its answer; undefined for what model and memory hold, `largestCapacity` at most.
 * Throws an `UnspoolError` for a base model, with `hint` where the usual one does not suit. The model is the caller's to
 * dispose of.
 */
export async function openChats(
  choice: ModelChoice,
  context: number | undefined,
  onSettled: (settings: Settings) => void,
  hint?: string,
): Promise<OpenChats> {
  const model = await openRunnable(choice, { kind: 'chat' });
  try {
    return await chatsOf(model, context, onSettled);
  } catch (error) {
    await model.dispose();
    if (hint === undefined || !(error instanceof UnspoolError) || error.code !== 'no-chat-template') throw error;
    throw new UnspoolError(error.code, error.message, hint, error.exitCode, { cause: error });
  }
}

/** The same of a model that is open. */
export async function chatsOf(
  model: RunnableModel,
  context: number | undefined,
  onSettled: (settings: Settings) => void,
): Promise<OpenChats> {
  const { cells, batch, cache, warnings } = await promptRoom(model, context);
  const chats = await model.createChats(cells, batch);
  onSettled({ model, caches: [cache] });
  return { model, chats, cells, warnings };
}

/** What a prompt and its answer have room in. */
export interface PromptRoom {
  readonly cells: number;
  readonly batch: number;
  readonly cache: CacheSettings;
  readonly warnings: readonly Warning[];
}

export async function promptRoom(model: RunnableModel, context: number | undefined): Promise<PromptRoom> {
  const cells = context ?? usualChunk(largestCapacity, model);
  const batch = Math.min(largestBatch, cells);
  const fit = await model.fit(cells, batch);
  const warnings = [...model.warnings, ...contextWarnings(cells, model), ...memoryWarnings(model, [fit])];
  return { cells, batch, cache: { policy: null, prompt: true, cells, fit }, warnings };
}

function contextWarnings(cells: number, model: RunnableModel): readonly Warning[] {
  const { contextSize: trainedContext = Infinity, name } = model;
  if (cells <= trainedContext) return [];
  const message = `--context ${cells} is more than the ${trainedContext} tokens that ${name} was trained on`;
  return [{ event: 'warning', code: 'beyond-trained-context', message, hint: 'expect poor answers: use less' }];
}
