// All commands, in the order of the help.

import type { CommandDefinition } from '../cli/command.js';
import { analyze } from './analyze/command.js';
import { completions } from './completions/command.js';
import { config } from './config/command.js';
import { models } from './models/command.js';
import { pauseEval } from './pause-eval/command.js';
import { prompt } from './prompt/command.js';
import { stream } from './stream/command.js';

export const commands: readonly CommandDefinition[] = [stream, analyze, pauseEval, prompt, models, config, completions];
