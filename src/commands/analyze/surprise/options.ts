// `unspool analyze --surprise` on the command line.

import { flag } from '../../../cli/flags.js';
import { usageError } from '../../../errors.js';
import { policyFrom } from '../../options/policy.js';
import { modelTask } from '../model-task.js';

export const surpriseFlags = {
  surprise: flag('the lines that the model expected least, and the tokens that made them so'),
};

export const surprise = modelTask({
  name: 'surprise',
  flags: surpriseFlags,
  settle({ options, originOf }) {
    const { heat = false, top, report } = options;
    if (heat && originOf('top') === 'option') {
      throw usageError('--top has no meaning with --heat, which shows all of the text', 'leave one of them out');
    }
    // A page shows the text shaded, as --heat does.
    return { policy: policyFrom(options, originOf), top, text: heat || report !== undefined };
  },
  view: async (_, { heat }) =>
    heat === true ? (await import('./heat.js')).heatView : (await import('./view.js')).surpriseView,
  run: async () => (await import('./run.js')).measureSurprise,
});
