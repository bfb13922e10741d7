// The command line of `unspool prompt` as a request.

import { answersAtOnce } from '../backends/model-choice.js';
import type { Settings } from '../commands/run/model-run.js';
import type { Outcome } from '../commands/run/outcome.js';
import type { PromptTarget, PromptTask } from '../commands/prompt/build/run.js';
import { usageError } from '../errors.js';
import { usualFields } from '../evaluation/tasks/json-task.js';
import { strategies, usualExamples, usualExemplars, usualPauses, type StrategyName } from '../prompting/strategies.js';
import { promptAccount, promptReporter } from '../commands/prompt/build/view.js';
import { fieldsFrom } from './field-names.js';
import { machineOptions, modelChoiceFrom } from './model-options.js';
import { flagOf, isQuestion, sourcesFrom, type OriginOf } from './options.js';
import { usualStrategy, type PromptOptions } from './prompt-command.js';
import { readingFrom } from './reading.js';
import { checkFileNames } from './report-files.js';
import { runReported, type Surroundings } from './run.js';
import { describeSettings } from './settings.js';
import { withModelPath } from './shelf.js';

export async function runPrompt(
  [question = '', ...files]: string[],
  options: PromptOptions,
  { version, originOf, io }: Surroundings,
): Promise<Outcome> {
  const { strategy = usualStrategy, answerOnly = false } = options;
  checkStrategy(strategy, options, originOf);
  checkRun(options, originOf);
  checkDocuments(files, originOf);
  const task = taskFrom(question, strategy, options);
  const sources = files.length === 0 ? [] : sourcesFrom(files, io, 'prompt');
  checkFileNames(options, [...sources, options.shotsFrom]);
  const reading = readingFrom(options);
  const onSettled = (settings: Settings): void => {
    if (options.verbose === true) io.stderr.write(describeSettings(settings, originOf));
  };
  const target = await targetFrom(options, originOf, io.environment, onSettled);
  const shows = target.kind !== 'reply' ? 'prompt' : answerOnly ? 'answer' : 'reply';
  const surface = {
    ...{ version, command: 'prompt', options: { ...options, tui: false }, io, readsInput: sources.includes(io.stdin) },
    view: {
      results: promptReporter(shows),
      account: promptAccount,
      ...(target.kind !== 'reply' && { opening: 'reading' }),
    },
    tells: ({ event }: { readonly event: string }) => event === (target.kind === 'reply' ? 'reply' : 'prompt'),
  };
  return runReported(surface, async (reporter, signal, control) => {
    // Heavy: loads encodings and SQLite. Help and usage errors never get here.
    const { prompt } = await import('../commands/prompt/build/run.js');
    return prompt({ version, task, target, sources, reading, signal, control }, reporter);
  });
}

function taskFrom(question: string, strategy: StrategyName, options: PromptOptions): PromptTask {
  const { exemplars, pauses = usualPauses, family, format, budget, exact = false } = options;
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

async function targetFrom(
  options: PromptOptions,
  originOf: OriginOf,
  environment: NodeJS.ProcessEnv,
  onSettled: (settings: Settings) => void,
): Promise<PromptTarget> {
  if (options.run === true) {
    const { answerTokens: replyTokens, temperature = 0, seed = 0, answerOnly = false, context } = options;
    const model = modelChoiceFrom(options, originOf, environment);
    if (answersAtOnce(model) > 1) {
      throw usageError('--run has one server reply', 'give one --server');
    }
    return { kind: 'reply', model, context, onSettled, replyTokens, temperature, seed, answerOnly };
  }
  // What is set once for all is for tasks that run a model, and beside a server a name there.
  if (originOf('model') === 'option') {
    const { model: path } = await withModelPath({ model: options.model }, environment);
    if (path !== undefined) return { kind: 'tokenizer', path };
  }
  return { kind: 'encoding', encoding: options.tokenizer ?? 'o200k_base' };
}

function checkStrategy(strategy: StrategyName, options: PromptOptions, originOf: OriginOf): void {
  const { examples, recalls, pauses } = strategies[strategy];
  const showsExamples = examples !== 'none';
  const idle: (keyof PromptOptions)[] = [
    ...(showsExamples || recalls ? [] : (['exemplars'] as const)),
    ...(showsExamples ? [] : (['shotsFrom', 'preset', 'field'] as const)),
    ...(pauses ? [] : (['pauses'] as const)),
  ];
  refuse(idle, originOf, `with --strategy ${strategy}`, 'leave it out, or see unspool prompt --help for strategies');
  if (showsExamples && options.shotsFrom === undefined) {
    throw usageError(`--strategy ${strategy} shows solved examples`, 'name a file of them: --shots-from FILE');
  }
  if (options.preset !== undefined && options.field !== undefined) {
    throw usageError('--preset and --field say the same in two ways', 'give one of them');
  }
}

function checkRun(options: PromptOptions, originOf: OriginOf): void {
  if (options.run !== true) {
    const ofRuns = ['answerOnly', 'answerTokens', 'temperature', 'seed', 'context', 'server', 'cacheType'] as const;
    refuse([...ofRuns, ...machineOptions], originOf, 'without --run', 'add --run, or leave it out');
  } else {
    refuse(['tokenizer'], originOf, "with --run, which counts the model's own tokens", 'leave it out');
  }
  if (originOf('model') === 'option') {
    refuse(['tokenizer'], originOf, 'with --model, whose own tokens count', 'leave it out');
  }
  if (options.answerOnly === true && options.json === true) {
    throw usageError('--answer-only has no meaning with --json', 'take .answer of the event "reply"');
  }
  if (originOf('seed') === 'option' && (options.temperature ?? 0) === 0) {
    throw usageError('--seed has no meaning at temperature 0', 'use it with --temperature');
  }
}

function checkDocuments(files: readonly string[], originOf: OriginOf): void {
  if (files.length === 0) refuse(['exact', 'from', 'encoding'], originOf, 'without documents', 'name a FILE, or -');
}

/** Options that mean nothing as things are, if they are given. */
function refuse(options: readonly (keyof PromptOptions)[], originOf: OriginOf, why: string, hint: string): void {
  const given = options.find((option) => originOf(option) === 'option');
  if (given !== undefined) throw usageError(`--${flagOf(given)} has no meaning ${why}`, hint);
}
