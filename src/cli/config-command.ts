// `unspool config` as commander knows it: its commands, help and examples.

import { Option, type Command } from 'commander';
import { usageError } from '../errors.js';
import { describe, environment, exitStatus, type Section } from './help.js';

/** What a command line of `config` asks for. */
export type ConfigRequest =
  | { readonly kind: 'list'; readonly json: boolean }
  | { readonly kind: 'get' | 'unset'; readonly key: string }
  | { readonly kind: 'set'; readonly key: string; readonly value: string }
  | { readonly kind: 'path' };

const aboutKey = 'the long name of an option, such as threads';

export function addConfig(program: Command, action: (request: ConfigRequest) => Promise<void>): void {
  const config = program
    .command('config')
    .summary('set options once for all')
    .description(
      'Sets options once for all, in a file. A command takes an option from its command line, else from the ' +
        'environment, else from this file; --verbose shows which it was.\n\n' +
        'Without a command, lists the options that can be set so.',
    )
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  const list = config
    .command('list', { isDefault: true })
    .summary('show all keys, their values and where these come from (default)')
    .description('Shows all keys, their values and where these come from.')
    .helpOption('-h, --help', 'print this help')
    .addOption(new Option('--json', 'as JSON lines'))
    // Whatever is no command ends here.
    .allowExcessArguments();
  list.action(({ json }: { json?: true }) => {
    const [word] = list.args;
    if (word !== undefined) throw usageError(`config: unknown command '${word}'`, 'see unspool config --help');
    return action({ kind: 'list', json: json === true });
  });
  const get = config
    .command('get')
    .argument('<key>', aboutKey)
    .summary('print the value of a key')
    .description('Prints the value of a key, from the environment or the file. Fails where it is set in neither.')
    .helpOption('-h, --help', 'print this help')
    .action((key: string) => action({ kind: 'get', key }));
  const set = config
    .command('set')
    .argument('<key>', aboutKey)
    .argument('<value>', 'what the option takes; true or false for an option without a value')
    .summary('set a key in the file')
    .description('Sets a key in the file, which is made where there is none.')
    .helpOption('-h, --help', 'print this help')
    .action((key: string, value: string) => action({ kind: 'set', key, value }));
  const unset = config
    .command('unset')
    .argument('<key>', 'a key of the file')
    .summary('remove a key from the file')
    .description('Removes a key from the file.')
    .helpOption('-h, --help', 'print this help')
    .action((key: string) => action({ kind: 'unset', key }));
  const path = config
    .command('path')
    .summary('print where the file is')
    .description('Prints the path of the file, also where there is none yet.')
    .helpOption('-h, --help', 'print this help')
    .action(() => action({ kind: 'path' }));
  describe(
    config,
    [
      'unspool config set threads 4',
      'unspool config list',
      'unspool config get threads',
      '$EDITOR "$(unspool config path)"',
    ],
    [exitStatus, () => environment(program), files],
  );
  describe(list, ['unspool config list --json'], []);
  describe(get, ['unspool config get color'], []);
  describe(set, ['unspool config set model ~/models/model.gguf', 'unspool config set policy sinks:4+2000'], []);
  describe(unset, ['unspool config unset policy'], []);
  describe(path, ['unspool config path'], []);
}

function files(): Section {
  const items = [
    ['$XDG_CONFIG_HOME/unspool/config.json', 'where XDG_CONFIG_HOME is set'],
    ['%APPDATA%\\unspool\\config.json', 'on Windows'],
    ['~/.config/unspool/config.json', 'elsewhere'],
  ] as const;
  return { heading: 'Files', items };
}
