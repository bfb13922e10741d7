// `unspool models info` on the command line.

import { command } from '../../../cli/command.js';
import { group } from '../../../cli/flags.js';
import { environment, exitStatus } from '../../../cli/help.js';
import { columnsOf } from '../../../cli/io.js';
import { modelLocationsFrom } from '../../options/model.js';
import { resultFlags } from '../options.js';

export const info = command({
  name: 'info',
  summary: 'show what is in a model, and how unspool would run it',
  description: 'Shows what is in a model, and how unspool would run it. Reads its header only.',
  arguments: [{ written: '<model>', help: 'a GGUF file, an alias, a name as the list shows it, or an hf: reference' }],
  groups: [group('Output:', resultFlags)],
  examples: ['unspool models info bundled', 'unspool models info ~/models/model.gguf'],
  sections: [exitStatus, environment],
  async run(line) {
    const { showEvents } = await import('../show-events.js');
    const { describeModel } = await import('./run.js');
    const { modelCard } = await import('./view.js');
    const { environment, stdout } = line.io;
    const [reference = ''] = line.words;
    return showEvents(
      line,
      'model-details',
      (models) => models.map((model) => modelCard(model, columnsOf(stdout))).join('\n'),
      (reporter) => describeModel(reference, modelLocationsFrom(environment), reporter),
    );
  },
});
