// What `unspool completions` prints.

import type { Command } from 'commander';
import type { CompletionsRequest } from './completions-command.js';
import { completedProgram, type CompletedCommand } from './completions/command-tree.js';
import type { Io } from './io.js';

export async function printCompletions(request: CompletionsRequest, program: Command, io: Io): Promise<void> {
  const text =
    request === 'models' ? await modelNames(io.environment) : (await scripts[request]())(completedProgram(program));
  io.stdout.write(text);
}

const scripts: Readonly<Record<Exclude<CompletionsRequest, 'models'>, () => Promise<Script>>> = {
  bash: async () => (await import('./completions/bash.js')).bashScript,
  zsh: async () => (await import('./completions/zsh.js')).zshScript,
  fish: async () => (await import('./completions/fish.js')).fishScript,
};

type Script = (program: CompletedCommand) => string;

/** Whatever --model takes beside files, a line each. No model is opened. */
async function modelNames(environment: NodeJS.ProcessEnv): Promise<string> {
  const { readAliases } = await import('../backends/installed/aliases.js');
  const { modelsOn } = await import('../backends/installed/resolve.js');
  const { shelfFrom } = await import('./shelf.js');
  const shelf = shelfFrom(environment);
  const names = [...readAliases(shelf.aliasFile).keys(), ...modelsOn(shelf).map(({ name }) => name)];
  return names.map((name) => `${name}\n`).join('');
}
