// `unspool analyze --perplexity` on the command line.

import { flag } from '../../../cli/flags.js';
import { usageError } from '../../../errors.js';
import { policyFrom } from '../../options/policy.js';
import { modelTask } from '../model-task.js';
import type { PerplexityTask } from './run.js';

export const perplexityFlags = { perplexity: flag('how well the model predicts the text') };

export const perplexity = modelTask({
  name: 'perplexity',
  flags: perplexityFlags,
  settle({ options, originOf }): PerplexityTask {
    const { protocol, chunk } = options;
    if (protocol === 'rolling') {
      const hint = 'use it with --protocol chunked';
      if (chunk !== undefined) throw usageError('--chunk has no meaning with --protocol rolling', hint);
      return { protocol, policy: policyFrom(options, originOf) };
    }
    if (['policy', 'sinks', 'window', 'block', 'context'].some((name) => originOf(name) === 'option')) {
      throw usageError(
        'a policy has no meaning with --protocol chunked',
        'its chunks start in an empty cache: --chunk',
      );
    }
    return { protocol, chunk };
  },
  view: async () => (await import('./view.js')).perplexityView,
  run: async () => (await import('./run.js')).measurePerplexity,
});
