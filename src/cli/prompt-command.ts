// `unspool prompt` as commander knows it.

import type { Command } from 'commander';
import { describe } from './help.js';
import { addPromptCheck, checkSections, type PromptCheckAction } from './prompt-check-command.js';

export function addPrompt(program: Command, check: PromptCheckAction): void {
  const prompt = program
    .command('prompt')
    .summary('work on prompts')
    .description('Works on prompts.')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  addPromptCheck(prompt, check);
  describe(prompt, ['unspool prompt check --rules'], checkSections);
}
