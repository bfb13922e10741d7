// `unspool prompt compare` as commander knows it: its options, help and examples.

import type { Command } from 'commander';
import { usageError } from '../errors.js';
import { sameAbove } from '../evaluation/strategies/overlap.js';
import { wordTaskNames } from '../evaluation/tasks/generated.js';
import { presetNames, type PresetName } from '../evaluation/tasks/presets.js';
import { usualExamples, usualExemplars, usualPauses, usualReplies } from '../prompting/strategies.js';
import { parseFields, type FieldName } from './field-names.js';
import { describe } from './help.js';
import { addModelOptions, type ModelOptions } from './model-options.js';
import {
  addPlainOutputOptions,
  originsOf,
  parseCount,
  parseChoice,
  parseName,
  parseNumber,
  type OriginOf,
  type OutputOptions,
} from './options.js';

export interface PromptCompareOptions extends ModelOptions, Omit<OutputOptions, 'tui'> {
  readonly exemplars?: number;
  readonly shots?: number;
  readonly shotsFrom?: string;
  readonly pauses?: number;
  readonly count?: number;
  readonly preset?: PresetName;
  readonly field?: readonly FieldName[];
  readonly skipBad?: true;
  readonly answerTokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly resume?: string;
  readonly context?: number;
  readonly csv?: string;
}

export type PromptCompareAction = (words: string[], options: PromptCompareOptions, originOf: OriginOf) => Promise<void>;

export function addPromptCompare(prompt: Command, action: PromptCompareAction): void {
  const { alone, thinking, recalling } = usualReplies;
  const command = prompt
    .command('compare')
    .argument(
      '<strategies>',
      'two or more of those of unspool prompt, with commas: the first is what others are held to',
    )
    .argument('<task>', `JSON lines as of pause-eval, - for standard input; or made here: ${wordTaskNames.join(', ')}`)
    .summary('tell which strategy answers a task best')
    .description(
      'Has a model answer the same examples under several strategies, and tells how many answers are right, whether ' +
        'that differs from the first strategy, and what it costs in tokens and time.\n\n' +
        'Only the final answer counts: what stands under its label; without labels, what follows the last "answer is", but ' +
        'not where problems are recalled. It is right as in pause-eval: as a text without case, articles and ' +
        'punctuation, a number by the last number.\n\n' +
        'Of problems that a model recalls, the table tells how many are whole, with a solution; distinct from those ' +
        `before, and new, which the question is not: ROUGE-L of their words is below ${sameAbove}, as in Wang et al. 2022, ` +
        'arXiv:2212.10560; and right, as far as numbers tell: all equations in the solution hold, such as 3 * 4 = 12, ' +
        'and the answer that it names is the result of one.\n\n' +
        'An instruct model gets messages. A base model, such as the bundled one, gets the same as a text that it goes on ' +
        'with: expect nearly no right answer.',
    )
    .helpOption('-h, --help', 'print this help')
    .optionsGroup('Prompts:')
    .option(
      '--exemplars <count>',
      `problems that the model recalls (default: ${usualExemplars}; three to five work best)`,
      parseCount(1),
    )
    .option(
      '--shots <count>',
      `solved examples that few-shot strategies show (default: ${usualExamples})`,
      parseCount(1),
    )
    .option(
      '--shots-from <file>',
      'lines to take them from; retrieved-few-shot needs them (default: the first ones of the task, which are not asked then)',
      parseName,
    )
    .option('--pauses <count>', `dots of pause-then-think (default: ${usualPauses})`, parseCount(1))
    .optionsGroup('Examples:')
    .option('--count <examples>', 'of the task (default: all; 200 of a task made here)', parseCount(1))
    .option('--preset <name>', `the lines are those of ${presetNames.join(', ')}`, parseChoice(...presetNames))
    .option(
      '--field <names>',
      'what fields are called, with commas: prompt=question,reasoning=steps',
      parseFields('prompt', 'answer', 'reasoning', 'choices'),
    )
    .option('--skip-bad', 'leave out lines that are no examples, and count them')
    .optionsGroup('Replies:')
    .option(
      '--answer-tokens <count>',
      `of a reply, at most (default: ${alone} of an answer alone, ${thinking} with its steps, ${recalling} with recalled problems; no more than half of what a prompt leaves of the context, but at least ${alone})`,
      parseCount(1),
    )
    .option('--temperature <number>', '0 takes the most likely token (default: 0)', parseNumber(0, 2))
    .option('--seed <number>', 'of tasks made here, and of a temperature above 0 (default: 0)', parseCount(0))
    .option(
      '--resume <file>',
      'keep the replies to each example there, and go on from those of an earlier run; what has changed since is asked again',
      parseName,
    )
    .option(
      '--context <tokens>',
      'prompt and reply together; examples that do not fit are left out (default: the trained context, 4096 at most, as memory allows)',
      parseCount(16),
    );
  addModelOptions(command);
  addPlainOutputOptions(command)
    .optionsGroup('Reports:')
    .option('--csv <file>', 'also the results as comma-separated values', parseName);
  describe(command, [
    'unspool prompt compare direct,zero-shot-cot parity --count 20',
    'unspool prompt compare direct,analogical --model instruct.gguf questions.jsonl',
    'unspool prompt compare direct,few-shot-cot --preset gsm8k test.jsonl',
    'unspool prompt compare direct,few-shot --resume replies.jsonl questions.jsonl',
  ]);
  command.action((strategies: string, task: string, options: PromptCompareOptions) => {
    const stray = prompt.options.find((option) => prompt.getOptionValueSource(option.attributeName()) === 'cli');
    if (stray !== undefined) throw usageError(`${stray.long ?? ''} stands in front of compare`, 'write it behind');
    return action([strategies, task], options, originsOf(command));
  });
}
