// Opens a model wherever it runs.

import { isOnServers, type ModelChoice } from './model-choice.js';
import type { Purpose, RunnableModel } from './runnable-model.js';

/** Throws an `UnspoolError` where the model, or the machine it would run on, cannot do what it is opened for. */
export async function openRunnable(choice: ModelChoice, purpose: Purpose): Promise<RunnableModel> {
  // Heavy, both of them, and never needed together.
  if (isOnServers(choice)) {
    const { openServers } = await import('./server/model.js');
    return openServers(choice, purpose);
  }
  const { openModel } = await import('./local/open-model.js');
  // Only the public API draws tokens.
  return openModel(purpose.kind === 'score' ? choice : { ...choice, modelInterface: 'public' });
}
