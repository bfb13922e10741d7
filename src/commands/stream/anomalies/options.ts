// `unspool stream --anomalies` on the command line.

import { flag } from '../../../cli/flags.js';
import { usageError } from '../../../errors.js';
import { rollingTask } from '../rolling-task.js';

export const anomaliesFlags = { anomalies: flag('lines that stand out, as they are found') };

export const anomalies = rollingTask({
  name: 'anomalies',
  flags: anomaliesFlags,
  settle({ options: { top, as, all = false, signals, events = false, given: reference } }) {
    if (top !== undefined && reference === undefined) {
      const message = '--top has no meaning with --anomalies, which come as they are found';
      throw usageError(message, 'use it with --given');
    }
    return { reference, top, as, all, signals, tellsScores: events };
  },
  reference: ({ reference }) => reference,
  view: async ({ reference }) => {
    const { changesView, findingsView } = await import('../findings.js');
    return reference === undefined ? findingsView : changesView;
  },
  run: async () => (await import('./run.js')).anomaliesTask,
});
