// `unspool completions` as commander knows it.

import type { Command } from 'commander';
import { describe, exitStatus } from './help.js';
import { parseChoice, withChoices } from './options.js';

/** A shell, or what its script asks for when it is to complete the name of a model. */
export type CompletionsRequest = 'bash' | 'zsh' | 'fish' | 'models';

const parseShell = parseChoice('bash', 'zsh', 'fish');
const parseRequest = withChoices((text: string) => (text === 'models' ? text : parseShell(text)), parseShell.choices);

export function addCompletions(program: Command, action: (request: CompletionsRequest) => Promise<void>): void {
  const completions = program
    .command('completions')
    .argument('<shell>', 'bash, zsh or fish', parseRequest)
    .summary('print what completes command lines in a shell')
    .description(
      'Prints a script that completes commands, options, their values and files when TAB is pressed. After an update ' +
        'of unspool, print it again.\n\n' +
        'bash finds the script by the package bash-completion, zsh in a folder that is in $fpath before compinit runs. ' +
        'Or source it: in ~/.bashrc, or in ~/.zshrc after compinit.\n\n' +
        'The scripts themselves call it with models, for the names of the models on this machine.',
    )
    .helpOption('-h, --help', 'print this help')
    .action((request: CompletionsRequest) => action(request));
  describe(
    completions,
    [
      'unspool completions bash > ~/.local/share/bash-completion/completions/unspool',
      'unspool completions zsh > ~/.zfunc/_unspool',
      'unspool completions fish > ~/.config/fish/completions/unspool.fish',
    ],
    [exitStatus],
  );
}
