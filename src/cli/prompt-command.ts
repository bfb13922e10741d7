// `unspool prompt` as commander knows it: its options, help and examples.

import type { Command } from 'commander';
import { encodingNames, type EncodingName } from '../engine/counting/encodings.js';
import { presetNames, type PresetName } from '../evaluation/tasks/presets.js';
import { formatNames, type FormatName } from '../prompting/building/build.js';
import { chatApis } from '../prompting/building/chat-bodies.js';
import { familyNames, placements, type Family } from '../prompting/building/placement.js';
import {
  strategies,
  strategyNames,
  usualExamples,
  usualExemplars,
  usualPauses,
  type StrategyName,
} from '../prompting/strategies.js';
import { parseFields, type FieldName } from './field-names.js';
import { describe, environment, exitStatusOfPrompt, type Section } from './help.js';
import { addModelOptions, type ModelOptions } from './model-options.js';
import {
  addPlainOutputOptions,
  addReadingOptions,
  originsOf,
  parseChoice,
  parseCount,
  parseName,
  parseNumber,
  type OriginOf,
  type OutputOptions,
  type ReadingOptions,
} from './options.js';
import { addPromptCheck, checkSections, type PromptCheckAction } from './prompt-check-command.js';
import { addPromptCompare, type PromptCompareAction } from './prompt-compare-command.js';

export interface PromptOptions extends ModelOptions, ReadingOptions, Omit<OutputOptions, 'tui'> {
  readonly strategy?: StrategyName;
  readonly exemplars?: number;
  readonly shotsFrom?: string;
  readonly preset?: PresetName;
  readonly field?: readonly FieldName[];
  readonly pauses?: number;
  readonly family?: Family;
  readonly format?: FormatName;
  readonly budget?: number;
  readonly exact?: true;
  readonly tokenizer?: EncodingName;
  readonly run?: true;
  readonly answerOnly?: true;
  readonly answerTokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly context?: number;
}

export type PromptAction = (words: string[], options: PromptOptions, originOf: OriginOf) => Promise<void>;

export const usualStrategy: StrategyName = 'zero-shot-cot';

/** What runs for each command of `prompt`. */
export interface PromptActions {
  readonly build: PromptAction;
  readonly compare: PromptCompareAction;
  readonly check: PromptCheckAction;
}

export function addPrompt(program: Command, { build, compare, check }: PromptActions): void {
  const command = program
    .command('prompt')
    .argument('<question>', 'what is asked; one text, in quotes')
    .argument('[file...]', 'documents to answer from; - is standard input')
    .summary('build a prompt by a strategy, and run it')
    .description(
      'Builds a prompt: the question, the instructions of a strategy, and documents, in the order and with the ' +
        'delimiters that suit a family of models. Prints it, for any tool that takes one; with --run, a model replies.\n\n' +
        'Documents are delimited so that their text cannot end them. What does not fit the budget is not cut off: the ' +
        'passages that bear on the question stay, and the prompt says where text is left out. Chat markup in a text, such ' +
        'as <|im_end|>, stays as it is and gets a warning, as a server may take it for the end of a message.',
    )
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .optionsGroup('Prompt:')
    .option(
      '--strategy <name>',
      `how the question is asked; see Strategies (default: ${usualStrategy})`,
      parseChoice(...strategyNames),
    )
    .option(
      '--exemplars <count>',
      `problems that the model recalls (default: ${usualExemplars}; three to five work best), or solved examples that it ` +
        `is shown (default: ${usualExamples})`,
      parseCount(1),
    )
    .option('--shots-from <file>', 'solved examples: a JSON object a line, with a prompt and its answer', parseName)
    .option('--preset <name>', `the lines are those of ${presetNames.join(', ')}`, parseChoice(...presetNames))
    .option(
      '--field <names>',
      'what fields are called, with commas: prompt=question,reasoning=steps',
      parseFields('prompt', 'answer', 'reasoning', 'choices', 'target'),
    )
    .option('--pauses <count>', `dots of pause-then-think (default: ${usualPauses})`, parseCount(1))
    .optionsGroup('Target:')
    .option(
      '--family <name>',
      `${familyNames.join(', ')}; see Families (default: by the name of the model; gpt without one)`,
      parseChoice(...familyNames),
    )
    .option(
      '--format <name>',
      `${formatNames.join(', ')}, which is JSON for a chat API (default: that of the family)`,
      parseChoice(...formatNames),
    )
    .option(
      '--budget <tokens>',
      "of the prompt, at most (default: the model's context without room for an answer; 100000 without a model)",
      parseCount(1),
    )
    .option('--exact', 'fail where the documents do not fit as a whole')
    .option(
      '--tokenizer <name>',
      `whose tokens count without a model: ${encodingNames.join(', ')} (default: o200k_base)`,
      parseChoice(...encodingNames),
    )
    .optionsGroup('Reading:');
  addReadingOptions(command)
    .optionsGroup('Run:')
    .option('--run', 'send the prompt to an instruct model, and print its reply')
    .option('--answer-only', 'print the final answer alone, without what the model recalls and thinks')
    .option(
      '--answer-tokens <count>',
      'of a reply, at most (default: 1024, a quarter of the context at most)',
      parseCount(1),
    )
    .option('--temperature <number>', '0 takes the most likely token (default: 0)', parseNumber(0, 2))
    .option('--seed <number>', 'of a temperature above 0 (default: 0)', parseCount(0))
    .option(
      '--context <tokens>',
      'prompt and reply together (default: the trained context, 4096 at most, as memory allows)',
      parseCount(16),
    );
  addModelOptions(command, 'a GGUF file, or a name from unspool models: its tokens count, and with --run it replies');
  addPlainOutputOptions(command);
  describe(
    command,
    [
      'unspool prompt "How many litres fill a tank of 2 by 3 by 4 metres?"',
      'unspool prompt --strategy analogical --exemplars 5 "Is 2027 prime?" | llm',
      'unspool prompt --family claude "Which errors came first?" services.log',
      'unspool prompt --strategy few-shot --shots-from task.jsonl "Who is left?"',
      'unspool prompt --format messages "Who signed?" contract.txt | jq .messages',
      'unspool prompt --run --model instruct.gguf "Who signed?" contract.txt',
    ],
    [strategySection, familySection, exitStatusOfPrompt, ...checkSections, environment],
  );
  addPromptCompare(command, compare);
  addPromptCheck(command, check);
  command.action((question: string, files: string[], options: PromptOptions) =>
    build([question, ...files], options, originsOf(command)),
  );
}

function strategySection(): Section {
  const items = strategyNames.map((name) => {
    const { description, source } = strategies[name];
    return [name, `${description} (${source})`] as const;
  });
  return { heading: 'Strategies', items };
}

function familySection(): Section {
  const items = familyNames.map((name) => {
    const { format, source } = placements[name];
    return [name, `${format}; messages for ${chatApis[name]} (${source})`] as const;
  });
  return { heading: 'Families', items };
}
