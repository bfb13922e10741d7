// `unspool analyze --attention` on the command line.

import { flag } from '../../../cli/flags.js';
import { defaultSinks } from '../../../engine/defaults.js';
import { usageError } from '../../../errors.js';
import { modelTask } from '../model-task.js';
import { attentionChunks } from '../options.js';

export const attentionFlags = {
  attention: flag(
    `how much attention each head pays to the first tokens, over ${attentionChunks} chunks without --limit`,
  ),
};

export const attention = modelTask({
  name: 'attention',
  flags: attentionFlags,
  settle({ options: { chunk, sinks = defaultSinks } }) {
    if (chunk !== undefined && chunk < 4 * sinks) {
      throw usageError('--attention needs a --chunk of at least four times --sinks', 'use a larger --chunk');
    }
    return { chunk, sinks };
  },
  view: async () => (await import('./view.js')).attentionView,
  run: async () => (await import('./run.js')).measureAttentionShares,
});
