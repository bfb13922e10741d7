// `unspool models alias` on the command line.

import { command } from '../../../cli/command.js';
import { flag, group } from '../../../cli/flags.js';
import { environment, exitStatus } from '../../../cli/help.js';
import { columnsOf } from '../../../cli/io.js';
import { usageError } from '../../../errors.js';
import { modelLocationsFrom } from '../../options/model.js';
import { resultFlags } from '../options.js';

export const alias = command({
  name: 'alias',
  summary: 'give a model a short name, or list these names',
  description: 'Gives a model a short name. Without arguments, lists these names.',
  arguments: [
    { written: '[name]', help: 'a short name' },
    { written: '[model]', help: 'what it stands for: a file, a name as the list shows it, or a reference' },
  ],
  groups: [group('Options:', { remove: flag('forget the name') }), group('Output:', resultFlags)],
  examples: [
    'unspool models alias small hf:unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M',
    'unspool models alias',
    'unspool models alias --remove small',
  ],
  sections: [exitStatus, environment],
  async run(line) {
    const request = requestFrom(line.words, line.options.remove === true);
    const { showEvents } = await import('../show-events.js');
    const { listAliases, removeAlias, setAlias } = await import('./run.js');
    const { aliasTable } = await import('./view.js');
    const { environment, stdout } = line.io;
    const locations = modelLocationsFrom(environment);
    return showEvents(
      line,
      'alias',
      (aliases) => aliasTable(aliases, columnsOf(stdout)),
      (reporter) => {
        if (request.kind === 'list') listAliases(locations, reporter);
        else if (request.kind === 'remove') removeAlias(request.alias, locations);
        else setAlias(request.alias, request.reference, locations, reporter);
      },
    );
  },
});

type Request =
  | { readonly kind: 'list' }
  | { readonly kind: 'remove'; readonly alias: string }
  | { readonly kind: 'set'; readonly alias: string; readonly reference: string };

function requestFrom([alias, reference]: readonly string[], isRemoval: boolean): Request {
  if (isRemoval) {
    if (alias === undefined || reference !== undefined)
      throw usageError('--remove takes one name', 'unspool models alias --remove NAME');
    return { kind: 'remove', alias };
  }
  if (alias === undefined) return { kind: 'list' };
  if (reference === undefined)
    throw usageError(`${alias}: which model is it to stand for?`, `unspool models alias ${alias} MODEL`);
  return { kind: 'set', alias, reference };
}
