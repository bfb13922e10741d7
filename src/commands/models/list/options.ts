// `unspool models list` on the command line.

import { command } from '../../../cli/command.js';
import { group } from '../../../cli/flags.js';
import { environment, exitStatus } from '../../../cli/help.js';
import { columnsOf } from '../../../cli/io.js';
import { modelLocationsFrom } from '../../options/model.js';
import { resultFlags } from '../options.js';

export const list = command({
  name: 'list',
  isDefault: true,
  summary: 'show the models on this machine (default)',
  description: 'Shows the models on this machine. A file that cannot be read is listed with what is wrong with it.',
  groups: [group('Output:', resultFlags)],
  examples: ['unspool models list', "unspool models list --json | jq -r 'select(.problem != null).path'"],
  sections: [exitStatus, environment],
  async run(line) {
    const { freeRam } = await import('../../../backends/machine/free-memory.js');
    const { showEvents } = await import('../show-events.js');
    const { listModels } = await import('./run.js');
    const { modelTable } = await import('./view.js');
    const { environment, stdout } = line.io;
    return showEvents(
      line,
      'model',
      (models) => modelTable(models, freeRam(), columnsOf(stdout)),
      (reporter) => {
        listModels(modelLocationsFrom(environment), reporter);
      },
    );
  },
});
