// The command line of `unspool prompt compare` as a request.

import { answersAtOnce } from '../backends/model-choice.js';
import type { Outcome } from '../commands/run/outcome.js';
import type { TaskSource } from '../commands/pause-eval/tasks.js';
import { usageError } from '../errors.js';
import { generatedTaskNames, wordTaskNames } from '../evaluation/tasks/generated.js';
import { usualFields } from '../evaluation/tasks/json-task.js';
import { strategies, strategyNames, usualExemplars, usualPauses, type StrategyName } from '../prompting/strategies.js';
import type { Screen } from '../reporters/screen.js';
import { strategyAccount, strategyTable } from '../commands/prompt/compare/view.js';
import { fieldsFrom } from './field-names.js';
import { columnsOf, wantsColor, type Io } from './io.js';
import { modelChoiceFrom } from './model-options.js';
import { flagOf, type OriginOf } from './options.js';
import type { PromptCompareOptions } from './prompt-compare-command.js';
import { checkFileNames, csvReport } from './report-files.js';
import { runReported, type Surroundings } from './run.js';
import { describeSettings } from './settings.js';

export async function runPromptCompare(
  [list = '', name = '']: string[],
  options: PromptCompareOptions,
  { version, originOf, io }: Surroundings,
): Promise<Outcome> {
  const compared = strategiesFrom(list);
  const source = sourceFrom(name, io);
  checkOptions(compared, source, options, originOf);
  checkFileNames(options, [source.kind === 'file' ? source.source : undefined, options.shotsFrom]);
  const model = modelChoiceFrom(options, originOf, io.environment);
  if (answersAtOnce(model) > 1) {
    throw usageError('prompt compare has one server reply', 'give one --server');
  }
  const { csv, context, count, skipBad = false, answerTokens: replyTokens, temperature = 0, seed = 0 } = options;
  const screen: Screen = {
    columns: options.output === undefined ? columnsOf(io.stdout) : Infinity,
    color: options.output === undefined && wantsColor(io.stdout, io.environment, options.color),
  };
  const surface = {
    ...{ version, command: 'prompt compare', options: { ...options, tui: false }, io, readsInput: name === '-' },
    view: { results: (write: (text: string) => void) => strategyTable(write, screen), account: strategyAccount },
    openFiles: async () => (csv === undefined ? [] : [await csvReport(csv, 'strategies')]),
  };
  return runReported(surface, async (reporter, signal, control) => {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { compareStrategies } = await import('../commands/prompt/compare/run.js');
    return compareStrategies(
      {
        ...{ version, strategies: compared, source, model, context, count, skipBad, replyTokens, temperature, seed },
        format: { fields: fieldsFrom(options.field ?? [], usualFields), preset: options.preset, marker: '' },
        shots: { count: options.shots, from: options.shotsFrom },
        exemplars: options.exemplars ?? usualExemplars,
        pauses: options.pauses ?? usualPauses,
        ...{ results: options.resume, signal, control },
        onSettled: (settings) => {
          if (options.verbose === true) io.stderr.write(describeSettings(settings, originOf));
        },
      },
      reporter,
    );
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
  options: PromptCompareOptions,
  originOf: OriginOf,
): void {
  const used = names.map((name) => strategies[name]);
  const showsExamples = used.some(({ examples }) => examples !== 'none');
  const idle: (keyof PromptCompareOptions)[] = [
    ...(used.some(({ recalls }) => recalls) ? [] : (['exemplars'] as const)),
    ...(showsExamples ? [] : (['shots', 'shotsFrom'] as const)),
    ...(used.some(({ pauses }) => pauses) ? [] : (['pauses'] as const)),
  ];
  const given = idle.find((option) => originOf(option) === 'option');
  if (given !== undefined) {
    throw usageError(`--${flagOf(given)} has no meaning with ${names.join(', ')}`, 'leave it out');
  }
  const nearest = names.find((name) => strategies[name].examples === 'nearest');
  if (nearest !== undefined && options.shotsFrom === undefined) {
    throw usageError(`${nearest} chooses among solved examples`, 'name a file of them: --shots-from FILE');
  }
  if (options.preset !== undefined && options.field !== undefined) {
    throw usageError('--preset and --field say the same in two ways', 'give one of them');
  }
  if (source.kind === 'generated') {
    const idleLines = (['preset', 'field', 'skipBad'] as const).find((option) => originOf(option) === 'option');
    if (idleLines !== undefined && options.shotsFrom === undefined) {
      throw usageError(`--${flagOf(idleLines)} has no meaning with ${source.name}`, 'leave it out');
    }
  } else if (originOf('seed') === 'option' && (options.temperature ?? 0) === 0) {
    throw usageError('--seed has no meaning at temperature 0', 'use it with --temperature');
  }
}
