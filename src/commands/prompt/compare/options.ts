// `unspool prompt compare` on the command line.

import { answersAtOnce } from '../../../backends/model-choice.js';
import { command, type Invocation, type Outcome } from '../../../cli/command.js';
import {
  flag,
  group,
  option,
  optionWithDefault,
  refuseBoth,
  refuseGiven,
  type OptionsOf,
  type OriginOf,
} from '../../../cli/flags.js';
import type { Io } from '../../../cli/io.js';
import { parseChoice, parseCount, parseName } from '../../../cli/parsers.js';
import { usageError } from '../../../errors.js';
import { sameAbove } from '../../../evaluation/strategies/overlap.js';
import { generatedTaskNames, usualGenerated, wordTaskNames } from '../../../evaluation/tasks/generated.js';
import { usualFields } from '../../../evaluation/tasks/json-task.js';
import { presetNames } from '../../../evaluation/tasks/presets.js';
import {
  strategies,
  strategyNames,
  usualExamples,
  usualExemplars,
  usualReplies,
  type StrategyName,
} from '../../../prompting/strategies.js';
import { fieldsFrom, parseFields } from '../../options/fields.js';
import { modelChoiceFrom, modelFlags } from '../../options/model.js';
import { checkFileNames, csvFlag, plainOutputFlags } from '../../options/output.js';
import { parseContext, usualContext } from '../../options/policy.js';
import type { TaskSource } from '../../pause-eval/tasks.js';
import { pausesFlag, temperatureFlag } from '../options.js';

const { alone, thinking, recalling } = usualReplies;

const groups = [
  group('Prompts:', {
    exemplars: option(
      '<count>',
      `problems that the model recalls (default: ${usualExemplars}; three to five work best)`,
      parseCount(1),
    ),
    // Whether it is given makes a difference: then there have to be so many.
    shots: option(
      '<count>',
      `solved examples that few-shot strategies show (default: ${usualExamples})`,
      parseCount(1),
    ),
    shotsFrom: option(
      '<file>',
      'lines to take them from; retrieved-few-shot needs them (default: the first ones of the task, which are not asked then)',
      parseName,
    ),
    pauses: pausesFlag,
  }),
  group('Examples:', {
    count: option('<examples>', `of the task (default: all; ${usualGenerated} of a task made here)`, parseCount(1)),
    preset: option('<name>', `the lines are those of ${presetNames.join(', ')}`, parseChoice(...presetNames)),
    field: option(
      '<names>',
      'what fields are called, with commas: prompt=question,reasoning=steps',
      parseFields('prompt', 'answer', 'reasoning', 'choices'),
    ),
    skipBad: flag('leave out lines that are no examples, and count them'),
  }),
  group('Replies:', {
    answerTokens: option(
      '<count>',
      `of a reply, at most (default: ${alone} of an answer alone, ${thinking} with its steps, ${recalling} with recalled problems; no more than half of what a prompt leaves of the context, but at least ${alone})`,
      parseCount(1),
    ),
    temperature: temperatureFlag,
    seed: optionWithDefault('<number>', 'of tasks made here, and of a temperature above 0', parseCount(0), 0),
    resume: option(
      '<file>',
      'keep the replies to each example there, and go on from those of an earlier run; what has changed since is asked again',
      parseName,
    ),
    context: option(
      '<tokens>',
      `prompt and reply together; examples that do not fit are left out (default: ${usualContext})`,
      parseContext,
    ),
  }),
  modelFlags(),
  plainOutputFlags,
  group('Reports:', { csv: csvFlag }),
] as const;

type Options = OptionsOf<typeof groups>;

export const compare = command({
  name: 'compare',
  summary: 'tell which strategy answers a task best',
  description:
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
  arguments: [
    {
      written: '<strategies>',
      help: 'two or more of those of unspool prompt, with commas: the first is what others are held to',
    },
    {
      written: '<task>',
      help: `JSON lines as of pause-eval, - for standard input; or made here: ${wordTaskNames.join(', ')}`,
    },
  ],
  groups,
  examples: [
    'unspool prompt compare direct,zero-shot-cot parity --count 20',
    'unspool prompt compare direct,analogical --model instruct.gguf questions.jsonl',
    'unspool prompt compare direct,few-shot-cot --preset gsm8k test.jsonl',
    'unspool prompt compare direct,few-shot --resume replies.jsonl questions.jsonl',
  ],
  run: runPromptCompare,
});

async function runPromptCompare(line: Invocation<Options>): Promise<Outcome> {
  const { options, originOf, io } = line;
  const [list = '', name = ''] = line.words;
  const compared = strategiesFrom(list);
  const source = sourceFrom(name, io);
  checkOptions(compared, source, options, originOf);
  checkFileNames(options, [source.kind === 'file' ? source.source : undefined, options.shotsFrom]);
  const model = modelChoiceFrom(options, originOf, io.environment);
  if (answersAtOnce(model) > 1) throw usageError('prompt compare has one server reply', 'give one --server');
  const { context, count, skipBad = false, answerTokens: replyTokens, temperature, seed, pauses, resume } = options;
  const run = {
    ...{ strategies: compared, source, model, context, count, skipBad, replyTokens, temperature, seed, pauses },
    format: { fields: fieldsFrom(options.field ?? [], usualFields), preset: options.preset, marker: '' },
    shots: { count: options.shots, from: options.shotsFrom },
    ...{ exemplars: options.exemplars ?? usualExemplars, results: resume },
  };
  const { strategyView: view } = await import('./view.js');
  const request = { invocation: line, command: 'prompt compare', view, readsInput: name === '-' };
  const { runSession } = await import('../../run/session.js');
  return runSession(request, async (session) => {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { compareStrategies } = await import('./run.js');
    await compareStrategies(session, run);
  });
}

function strategiesFrom(list: string): readonly StrategyName[] {
  const named = list.split(',').map((word) => {
    const each = word.trim();
    const name = strategyNames.find((strategy) => strategy === each);
    if (name !== undefined) return name;
    throw usageError(
      `there is no strategy ${JSON.stringify(each)}`,
      `give two or more of ${strategyNames.join(', ')}, with commas`,
    );
  });
  const twice = named.find((name, index) => named.indexOf(name) < index);
  if (twice !== undefined) throw usageError(`${twice} is named twice`, 'name each strategy once');
  if (named.length < 2) {
    throw usageError('one strategy is nothing to compare', 'give two or more, with commas: direct,zero-shot-cot');
  }
  return named;
}

function sourceFrom(name: string, io: Io): TaskSource {
  if (name === '') throw usageError('a task has no name', 'is a variable of the shell empty?');
  const made = wordTaskNames.find((each) => each === name);
  if (made !== undefined) return { kind: 'generated', name: made };
  if (generatedTaskNames.some((each) => each === name)) {
    throw usageError(`${name} has no words for a prompt`, `tasks made here are ${wordTaskNames.join(', ')}`);
  }
  return { kind: 'file', source: name === '-' ? io.stdin : name };
}

function checkOptions(
  names: readonly StrategyName[],
  source: TaskSource,
  { shotsFrom, temperature }: Options,
  originOf: OriginOf,
): void {
  const used = names.map((name) => strategies[name]);
  const idle = [
    ...(used.some(({ recalls }) => recalls) ? [] : ['exemplars']),
    ...(used.some(({ examples }) => examples !== 'none') ? [] : ['shots', 'shotsFrom']),
    ...(used.some(({ pauses }) => pauses) ? [] : ['pauses']),
  ];
  refuseGiven(idle, originOf, `with ${names.join(', ')}`, 'leave it out');
  const nearest = names.find((name) => strategies[name].examples === 'nearest');
  if (nearest !== undefined && shotsFrom === undefined) {
    throw usageError(`${nearest} chooses among solved examples`, 'name a file of them: --shots-from FILE');
  }
  refuseBoth([['preset', 'field']], originOf);
  if (source.kind === 'generated') {
    if (shotsFrom === undefined) {
      refuseGiven(['preset', 'field', 'skipBad'], originOf, `with ${source.name}`, 'leave it out');
    }
  } else if (originOf('seed') === 'option' && temperature === 0) {
    throw usageError('--seed has no meaning at temperature 0', 'use it with --temperature');
  }
}
