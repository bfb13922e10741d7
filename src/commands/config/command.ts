// `unspool config`: options that are set once for all. Its commands, and what help says of them.

import { command, done, type CommandDefinition } from '../../cli/command.js';
import { flag, group } from '../../cli/flags.js';
import { environment, exitStatus, type Section } from '../../cli/help.js';
import { rootOf } from '../../cli/preferences.js';

const key = { written: '<key>', help: 'the long name of an option, such as threads' };

const list = command({
  name: 'list',
  isDefault: true,
  summary: 'show all keys, their values and where these come from (default)',
  description: 'Shows all keys, their values and where these come from.',
  groups: [group('Options:', { json: flag('as JSON lines') })],
  examples: ['unspool config list --json'],
  sections: [],
  async run({ options, program, io }) {
    const { listSettings } = await import('./run.js');
    await listSettings(options.json === true, program, io);
    return done;
  },
});

const get = command({
  name: 'get',
  summary: 'print the value of a key',
  description: 'Prints the value of a key, from the environment or the file. Fails where it is set in neither.',
  arguments: [key],
  examples: ['unspool config get color'],
  sections: [],
  async run({ words: [name = ''], program, io }) {
    const { printSetting } = await import('./run.js');
    await printSetting(name, program, io);
    return done;
  },
});

const set = command({
  name: 'set',
  summary: 'set a key in the file',
  description: 'Sets a key in the file, which is made where there is none.',
  arguments: [key, { written: '<value>', help: 'what the option takes; true or false for an option without a value' }],
  examples: ['unspool config set model ~/models/model.gguf', 'unspool config set policy sinks:4+2000'],
  sections: [],
  async run({ words: [name = '', value = ''], program, io }) {
    const { setKey } = await import('./run.js');
    await setKey(name, value, program, io);
    return done;
  },
});

const unset = command({
  name: 'unset',
  summary: 'remove a key from the file',
  description: 'Removes a key from the file.',
  arguments: [{ written: '<key>', help: 'a key of the file' }],
  examples: ['unspool config unset policy'],
  sections: [],
  async run({ words: [name = ''], program, io }) {
    const { unsetKey } = await import('./run.js');
    await unsetKey(name, program, io);
    return done;
  },
});

const path = command({
  name: 'path',
  summary: 'print where the file is',
  description: 'Prints the path of the file, also where there is none yet.',
  examples: ['unspool config path'],
  sections: [],
  async run({ io }) {
    const { printPath } = await import('./run.js');
    printPath(io);
    return done;
  },
});

export const config: CommandDefinition = {
  name: 'config',
  summary: 'set options once for all',
  description:
    'Sets options once for all, in a file. A command takes an option from its command line, else from the ' +
    'environment, else from this file; --verbose shows which it was.\n\n' +
    'Without a command, lists the options that can be set so.',
  examples: [
    'unspool config set threads 4',
    'unspool config list',
    'unspool config get threads',
    '$EDITOR "$(unspool config path)"',
  ],
  sections: [exitStatus, (made) => environment(rootOf(made)), files],
  commands: [list, get, set, unset, path],
};

function files(): Section {
  const items = [
    ['$XDG_CONFIG_HOME/unspool/config.json', 'where XDG_CONFIG_HOME is set'],
    ['%APPDATA%\\unspool\\config.json', 'on Windows'],
    ['~/.config/unspool/config.json', 'elsewhere'],
  ] as const;
  return { heading: 'Files', items };
}
