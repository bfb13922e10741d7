// `unspool models`: the models on this machine. Its commands, and what help says of them all.

import type { CommandDefinition } from '../../cli/command.js';
import { environment } from '../../cli/help.js';
import { alias } from './alias/options.js';
import { info } from './info/options.js';
import { list } from './list/options.js';
import { exitStatusOfPull, modelVariables, pull } from './pull/options.js';
import { recommendedModels } from './recommended-models.js';

export const models: CommandDefinition = {
  name: 'models',
  summary: 'list, download and name models',
  description:
    'Lists the models on this machine: those that unspool pulled, the bundled one, and those of Ollama, Hugging ' +
    'Face, LM Studio and llama.cpp, where these tools keep them. --model takes their names.\n\n' +
    'Without a command, lists.',
  examples: [
    'unspool models',
    'unspool models info bundled',
    'unspool models pull hf:unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M',
    'unspool models alias small bundled && unspool stream --model small book.txt',
    'unspool models --json | jq -r \'select(.model.kind == "chat").name\'',
  ],
  sections: [() => recommendedModels, exitStatusOfPull, modelVariables, environment],
  commands: [list, info, pull, alias],
};
