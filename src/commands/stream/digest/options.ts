// `unspool stream --digest` on the command line.

import { flag } from '../../../cli/flags.js';
import { rollingTask } from '../rolling-task.js';

export const digestFlags = {
  digest: flag('the most telling passages, or the findings of a log, in their own words, with their lines (default)'),
};

export const digest = rollingTask({
  name: 'digest',
  flags: digestFlags,
  settle: ({ options: { top, as, all = false, signals } }) => ({ top, as, all, signals }),
  view: async () => (await import('../findings.js')).findingsView,
  run: async () => (await import('./run.js')).digestTask,
});
