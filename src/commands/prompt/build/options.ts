// The options of `unspool prompt`, and what they ask for.

import { answersAtOnce } from '../../../backends/model-choice.js';
import type { Invocation, Outcome } from '../../../cli/command.js';
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
import { parseChoice, parseCount, parseName } from '../../../cli/parsers.js';
import { encodingNames } from '../../../engine/counting/encodings.js';
import { usageError } from '../../../errors.js';
import { usualFields } from '../../../evaluation/tasks/json-task.js';
import { presetNames } from '../../../evaluation/tasks/presets.js';
import { formatNames } from '../../../prompting/building/build.js';
import { familyNames } from '../../../prompting/building/placement.js';
import { strategies, strategyNames, usualExamples, usualExemplars } from '../../../prompting/strategies.js';
import { fieldsFrom, parseFields } from '../../options/fields.js';
import { machineOptions, modelChoiceFrom, modelFlags, withModelPaths } from '../../options/model.js';
import { checkFileNames, plainOutputFlags } from '../../options/output.js';
import { parseContext, usualContext } from '../../options/policy.js';
import { isQuestion } from '../../options/questions.js';
import { formatFlags, readingFrom, sourcesFrom } from '../../options/reading.js';
import { pausesFlag, temperatureFlag } from '../options.js';
import type { PromptTarget, PromptTask } from './run.js';
import { usualBudget, usualReply } from './default-budgets.js';

export const groups = [
  group('Prompt:', {
    strategy: optionWithDefault(
      '<name>',
      'how the question is asked; see Strategies',
      parseChoice(...strategyNames),
      'zero-shot-cot',
    ),
    exemplars: option(
      '<count>',
      `problems that the model recalls (default: ${usualExemplars}; three to five work best), or solved examples that it ` +
        `is shown (default: ${usualExamples})`,
      parseCount(1),
    ),
    shotsFrom: option('<file>', 'solved examples: a JSON object a line, with a prompt and its answer', parseName),
    preset: option('<name>', `the lines are those of ${presetNames.join(', ')}`, parseChoice(...presetNames)),
    field: option(
      '<names>',
      'what fields are called, with commas: prompt=question,reasoning=steps',
      parseFields('prompt', 'answer', 'reasoning', 'choices', 'target'),
    ),
    pauses: pausesFlag,
  }),
  group('Target:', {
    family: option(
      '<name>',
      `${familyNames.join(', ')}; see Families (default: by the name of the model; gpt without one)`,
      parseChoice(...familyNames),
    ),
    format: option(
      '<name>',
      `${formatNames.join(', ')}, which is JSON for a chat API (default: that of the family)`,
      parseChoice(...formatNames),
    ),
    budget: option(
      '<tokens>',
      `of the prompt, at most (default: the model's context without room for an answer; ${usualBudget} without a model)`,
      parseCount(1),
    ),
    exact: flag('fail where the documents do not fit as a whole'),
    tokenizer: optionWithDefault(
      '<name>',
      `whose tokens count without a model: ${encodingNames.join(', ')}`,
      parseChoice(...encodingNames),
      'o200k_base',
    ),
  }),
  group('Reading:', formatFlags),
  group('Run:', {
    run: flag('send the prompt to an instruct model, and print its reply'),
    answerOnly: flag('print the final answer alone, without what the model recalls and thinks'),
    answerTokens: option(
      '<count>',
      `of a reply, at most (default: ${usualReply}, a quarter of the context at most)`,
      parseCount(1),
    ),
    temperature: temperatureFlag,
    seed: optionWithDefault('<number>', 'of a temperature above 0', parseCount(0), 0),
    context: option('<tokens>', `prompt and reply together (default: ${usualContext})`, parseContext),
  }),
  modelFlags('a GGUF file, or a name from unspool models: its tokens count, and with --run it replies'),
  plainOutputFlags,
] as const;

type Options = OptionsOf<typeof groups>;

export async function runPrompt(line: Invocation<Options>): Promise<Outcome> {
  const { options, originOf, io } = line;
  const [question = '', ...files] = line.words;
  checkStrategy(options, originOf);
  checkRun(options, originOf);
  if (files.length === 0) {
    refuseGiven(['exact', 'from', 'encoding'], originOf, 'without documents', 'name a FILE, or -');
  }
  const task = taskFrom(question, options);
  const sources = files.length === 0 ? [] : sourcesFrom(files, io, 'prompt');
  checkFileNames(options, [...sources, options.shotsFrom]);
  const reading = readingFrom(options);
  const target = await targetFrom(line);
  const isReply = target.kind === 'reply';
  const { promptView } = await import('./view.js');
  const view = promptView(!isReply ? 'prompt' : options.answerOnly === true ? 'answer' : 'reply');
  const told = isReply ? 'reply' : 'prompt';
  const request = {
    ...{ invocation: line, command: 'prompt', view, readsInput: sources.includes(io.stdin) },
    tells: ({ event }: { readonly event: string }) => event === told,
  };
  const { runSession } = await import('../../run/session.js');
  return runSession(request, async (session) => {
    // Heavy: loads encodings and SQLite. Help and usage errors never get here.
    const { makePrompt } = await import('./run.js');
    await makePrompt(session, { task, target, sources, reading });
  });
}

function taskFrom(question: string, options: Options): PromptTask {
  const { strategy, exemplars, pauses, family, format, budget, exact = false } = options;
  const { shotsFrom: path, preset, field = [] } = options;
  const text = question.replace(/\r\n?/g, '\n').trim();
  if (/[^\P{Cc}\n\t]/u.test(text)) {
    throw usageError('the question holds control characters', 'leave them out; colours of another tool: --color=never');
  }
  if (!isQuestion(text)) throw usageError('the question has no word', 'is a variable of the shell empty?');
  const lines = { fields: fieldsFrom(field, usualFields), preset, marker: '' };
  return {
    ...{ strategy, question: text, exemplarCount: exemplars ?? usualExemplars, pauses, family, format, budget, exact },
    examples: path === undefined ? undefined : { path, format: lines, count: exemplars ?? usualExamples },
  };
}

async function targetFrom({ options, originOf, io }: Invocation<Options>): Promise<PromptTarget> {
  if (options.run === true) {
    const { answerTokens: replyTokens, temperature, seed, answerOnly = false, context } = options;
    const model = modelChoiceFrom(options, originOf, io.environment);
    if (answersAtOnce(model) > 1) throw usageError('--run has one server reply', 'give one --server');
    return { kind: 'reply', model, context, replyTokens, temperature, seed, answerOnly };
  }
  // What is set once for all is for tasks that run a model, and beside a server a name there.
  if (originOf('model') === 'option') {
    const { model: path } = await withModelPaths({ model: options.model }, io.environment);
    if (path !== undefined) return { kind: 'tokenizer', path };
  }
  return { kind: 'encoding', encoding: options.tokenizer };
}

function checkStrategy({ strategy, shotsFrom }: Options, originOf: OriginOf): void {
  const { examples, recalls, pauses } = strategies[strategy];
  const showsExamples = examples !== 'none';
  const idle = [
    ...(showsExamples || recalls ? [] : ['exemplars']),
    ...(showsExamples ? [] : ['shotsFrom', 'preset', 'field']),
    ...(pauses ? [] : ['pauses']),
  ];
  const hint = 'leave it out, or see unspool prompt --help for strategies';
  refuseGiven(idle, originOf, `with --strategy ${strategy}`, hint);
  if (showsExamples && shotsFrom === undefined) {
    throw usageError(`--strategy ${strategy} shows solved examples`, 'name a file of them: --shots-from FILE');
  }
  refuseBoth([['preset', 'field']], originOf);
}

function checkRun({ run, answerOnly, json, temperature }: Options, originOf: OriginOf): void {
  if (run !== true) {
    const ofRuns = ['answerOnly', 'answerTokens', 'temperature', 'seed', 'context', 'server', 'cacheType'];
    refuseGiven([...ofRuns, ...machineOptions], originOf, 'without --run', 'add --run, or leave it out');
  } else {
    refuseGiven(['tokenizer'], originOf, "with --run, which counts the model's own tokens", 'leave it out');
  }
  if (originOf('model') === 'option') {
    refuseGiven(['tokenizer'], originOf, 'with --model, whose own tokens count', 'leave it out');
  }
  if (answerOnly === true && json === true) {
    throw usageError('--answer-only has no meaning with --json', 'take .answer of the event "reply"');
  }
  if (originOf('seed') === 'option' && temperature === 0) {
    throw usageError('--seed has no meaning at temperature 0', 'use it with --temperature');
  }
}
