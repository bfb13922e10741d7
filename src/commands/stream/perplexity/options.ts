// `unspool stream --perplexity` on the command line: all that it makes of the scores is in the account.

import { flag } from '../../../cli/flags.js';
import { rollingTask } from '../rolling-task.js';
import type { RollingTask } from '../rolling.js';

export const perplexityFlags = { perplexity: flag('how well the model predicts the text') };

export const scoresOnly: RollingTask = { prepare: (document) => ({ document, observer: undefined }) };

export const perplexity = rollingTask({
  name: 'perplexity',
  flags: perplexityFlags,
  settle: () => undefined,
  view: async () => (await import('../../analyze/perplexity/view.js')).perplexityView,
  run: () => Promise.resolve(() => scoresOnly),
});
