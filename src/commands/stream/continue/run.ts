// unspool stream --continue: writes on at the end of each document, from what is in view.

import { canGenerate, type Sampling } from '../../../engine/backend.js';
import { continueText } from '../../../engine/continuation.js';
import { wholeObserver, type Observer } from '../../../engine/observer.js';
import type { RollingInput, RollingTask } from '../rolling.js';

export interface ContinuationSettings {
  readonly tokens: number;
  readonly sampling: Sampling;
  /** Texts that it ends before. */
  readonly stop: readonly string[];
}

export function continuationTask(request: ContinuationSettings): RollingTask {
  return {
    writes: request.tokens,
    prepare: (document, input) => ({ document, observer: writer(request, input) }),
  };
}

function writer(
  { tokens, sampling, stop }: ContinuationSettings,
  { backend, policy, label: document, signal }: RollingInput,
): Observer {
  return wholeObserver({
    observe: () => [],
    async *finish(view, failure) {
      // Nothing goes on from a text that is missing, or whose end was not read.
      if (signal.aborted || failure !== undefined || view.read === 0) return;
      if (!canGenerate(backend)) throw new Error('the backend only scores');
      for await (const text of continueText({ policy, signal, backend, view, tokens, sampling, stop })) {
        yield { event: 'text-delta', document, text };
      }
    },
  });
}
