// What `unspool completions` prints.

import type { Program } from '../../cli/program.js';
import { completedProgram, type CompletedCommand } from '../../cli/completions/command-tree.js';
import { modelLocationsFrom } from '../options/model.js';

export type Shell = 'bash' | 'zsh' | 'fish';

export async function scriptFor(shell: Shell, program: Program): Promise<string> {
  const script = await scripts[shell]();
  return script(completedProgram(program));
}

type Script = (program: CompletedCommand) => string;

const scripts: Readonly<Record<Shell, () => Promise<Script>>> = {
  bash: async () => (await import('../../cli/completions/bash.js')).bashScript,
  zsh: async () => (await import('../../cli/completions/zsh.js')).zshScript,
  fish: async () => (await import('../../cli/completions/fish.js')).fishScript,
};

/** Whatever --model takes beside files, a line each. No model is opened. */
export async function modelNames(environment: NodeJS.ProcessEnv): Promise<string> {
  const { readAliases } = await import('../../backends/installed/aliases.js');
  const { modelsOn } = await import('../../backends/installed/resolve.js');
  const locations = modelLocationsFrom(environment);
  const names = [...readAliases(locations.aliasFile).keys(), ...modelsOn(locations).map(({ name }) => name)];
  return names.map((name) => `${name}\n`).join('');
}
