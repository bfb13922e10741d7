// The command tree: what --help and the manual pages show, and what each command is called with.

import { Command } from 'commander';
import { addAnalyze, type AnalyzeOptions } from './analyze-command.js';
import { addCompletions, type CompletionsRequest } from './completions-command.js';
import { addConfig, type ConfigRequest } from './config-command.js';
import { describe } from './help.js';
import { addModels, type ModelsAction } from './models-command.js';
import type { Action } from './options.js';
import { addPauseEval, type PauseEvalOptions } from './pause-eval-command.js';
import type { PromptCheckAction } from './prompt-check-command.js';
import { addPrompt, type PromptAction } from './prompt-command.js';
import type { PromptCompareAction } from './prompt-compare-command.js';
import { addStream, type StreamOptions } from './stream-command.js';

/** What runs for each command. */
export interface Actions {
  readonly stream: Action<StreamOptions>;
  readonly analyze: Action<AnalyzeOptions>;
  readonly pauseEval: Action<PauseEvalOptions>;
  readonly prompt: PromptAction;
  readonly promptCheck: PromptCheckAction;
  readonly promptCompare: PromptCompareAction;
  readonly models: ModelsAction;
  readonly config: (request: ConfigRequest) => Promise<void>;
  readonly completions: (request: CompletionsRequest) => Promise<void>;
}

export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('unspool')
    .description("Reads documents longer than a language model's context, in constant memory.")
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .commandsGroup('Setup:')
    .helpCommand('help [command]', 'print the help of a command')
    // What stands behind a command below another one is its own.
    .enablePositionalOptions()
    .showSuggestionAfterError();
  describe(program, [
    'unspool stream services.log',
    'unspool analyze *.md',
    'unspool config set model ~/models/model.gguf',
    'unspool help stream',
  ]);
  program.commandsGroup('Documents:');
  addStream(program, actions.stream);
  addAnalyze(program, actions.analyze);
  program.commandsGroup('Models:');
  addPauseEval(program, actions.pauseEval);
  addPrompt(program, {
    build: actions.prompt,
    compare: actions.promptCompare,
    check: actions.promptCheck,
  });
  program.commandsGroup('Setup:');
  addModels(program, actions.models);
  addConfig(program, actions.config);
  addCompletions(program, actions.completions);
  return program;
}
