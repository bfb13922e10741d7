// `unspool analyze --horizon` on the command line.

import { flag } from '../../../cli/flags.js';
import { modelTask } from '../model-task.js';

export const horizonFlags = { horizon: flag('how much each doubling of the context helps') };

export const horizon = modelTask({
  name: 'horizon',
  flags: horizonFlags,
  settle: ({ options: { chunk } }) => ({ chunk }),
  view: async () => (await import('./view.js')).horizonView,
  run: async () => (await import('./run.js')).measureHorizon,
});
