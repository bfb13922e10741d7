// `unspool stream --continue` on the command line.

import type { Invocation } from '../../../cli/command.js';
import { group, option, optionWithDefault, type Values, type ValuesOf } from '../../../cli/flags.js';
import { InvalidArgumentError, parseCount, parseNumber } from '../../../cli/parsers.js';
import type { StreamOptions } from '../options.js';
import { refuseFollow, rollingTask } from '../rolling-task.js';

export const continueFlags = {
  continue: option('<tokens>', 'so many tokens after the text, from what is in view', parseCount(1)),
};

const tasks = ['continue'];

export const samplingFlags = group('Continuation:', {
  temperature: optionWithDefault('<number>', '0 takes the most likely token', parseNumber(0, 100), 0.8, { tasks }),
  topP: optionWithDefault('<share>', 'only the likeliest tokens that make up this share', parseNumber(0, 1), 1, {
    tasks,
  }),
  minP: optionWithDefault('<share>', 'only tokens this likely, relative to the likeliest', parseNumber(0, 1), 0.05, {
    tasks,
  }),
  seed: optionWithDefault('<number>', 'same seed, same text', parseCount(0), 0, { tasks }),
  stop: option('<text>', 'end before this text; may be given several times', addText, { tasks }),
});

type Line = Invocation<StreamOptions & Values<typeof continueFlags> & ValuesOf<typeof samplingFlags>>;

export const continuation = rollingTask({
  name: 'continue',
  flags: continueFlags,
  settle({ options }: Line) {
    refuseFollow(options, 'continue');
    const { continue: tokens = 0, temperature, topP, minP, seed, stop = [] } = options;
    return { tokens, sampling: { temperature, topP, minP, seed }, stop };
  },
  view: async () => (await import('../findings.js')).findingsView,
  run: async () => (await import('./run.js')).continuationTask,
});

/** Collects texts. */
function addText(text: string, before: readonly string[] | undefined): readonly string[] {
  if (text === '') throw new InvalidArgumentError('An empty text is everywhere.');
  return [...(before ?? []), text];
}
