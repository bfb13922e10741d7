// `unspool completions`: what completes command lines in a shell.

import { command, done } from '../../cli/command.js';
import { exitStatus } from '../../cli/help.js';
import { parseChoice, withChoices } from '../../cli/parsers.js';

const parseShell = parseChoice('bash', 'zsh', 'fish');
/** Also what the scripts ask for when they are to complete the name of a model. */
const parseRequest = withChoices((text: string) => (text === 'models' ? text : parseShell(text)), parseShell.choices);

export const completions = command({
  name: 'completions',
  summary: 'print what completes command lines in a shell',
  description:
    'Prints a script that completes commands, options, their values and files when TAB is pressed. After an update ' +
    'of unspool, print it again.\n\n' +
    'bash finds the script by the package bash-completion, zsh in a folder that is in $fpath before compinit runs. ' +
    'Or source it: in ~/.bashrc, or in ~/.zshrc after compinit.\n\n' +
    'The scripts themselves call it with models, for the names of the models on this machine.',
  arguments: [{ written: '<shell>', help: 'bash, zsh or fish', parse: parseRequest }],
  examples: [
    'unspool completions bash > ~/.local/share/bash-completion/completions/unspool',
    'unspool completions zsh > ~/.zfunc/_unspool',
    'unspool completions fish > ~/.config/fish/completions/unspool.fish',
  ],
  sections: [exitStatus],
  async run({ words: [request = ''], program, io }) {
    const { modelNames, scriptFor } = await import('./run.js');
    const isScript = request !== 'models';
    io.stdout.write(isScript ? await scriptFor(parseShell(request), program) : await modelNames(io.environment));
    return done;
  },
});
