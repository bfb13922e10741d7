// The options of `unspool pause-eval`, and what they ask for.

import type { Invocation, Outcome } from '../../cli/command.js';
import {
  flag,
  group,
  option,
  optionWithDefault,
  refuseBoth,
  refuseGiven,
  type OptionsOf,
  type OriginOf,
} from '../../cli/flags.js';
import type { Io } from '../../cli/io.js';
import { InvalidArgumentError, parseChoice, parseChoices, parseCount, parseName } from '../../cli/parsers.js';
import type { PausePlacement, Thinking } from '../../engine/events/events.js';
import { usageError } from '../../errors.js';
import type { PauseChoice } from '../../evaluation/pauses/pause.js';
import {
  controlTaskNames,
  generatedTaskNames,
  isGeneratedTask,
  usualGenerated,
} from '../../evaluation/tasks/generated.js';
import { usualFields, type TaskFormat } from '../../evaluation/tasks/json-task.js';
import { presetNames } from '../../evaluation/tasks/presets.js';
import { fieldsFrom, parseFields } from '../options/fields.js';
import { bundledModel, controlModel, localModelFlags, modelRequestFrom } from '../options/model.js';
import { checkFileNames, csvFlag, outputFlags } from '../options/output.js';
import { parseContext, usualContext } from '../options/policy.js';
import type { InputSource } from '../options/reading.js';
import type { PauseGroup } from './run.js';
import type { Shots, TaskSource } from './tasks.js';

/** Those of Goyal et al. 2023 and around them. */
const usualPauses = [0, 1, 2, 5, 10, 20, 50];
/** What the control model was trained with. */
const controlPauses = [0, 1, 2, 4, 6, 8, 12, 16];
/** Tokens of an answer that the model writes. */
const usualAnswers = { none: 32, aloud: 256 } as const;

const placeNames: readonly PausePlacement[] = ['append', 'prepend', 'before-answer'];
const controls = controlTaskNames.join(' and ');

export const groups = [
  group('Pauses:', {
    pauses: option(
      '<counts>',
      `how many, with commas; 0 is added (default: ${usualPauses.join(',')}; with the control model, ${controlPauses.join(',')})`,
      parsePauses,
    ),
    pauseToken: option('<token>', "a token of the model's vocabulary as written there (default: <pause>)", parseName),
    filler: option('<text>', 'a text in place of a token; the tokens of one are repeated', parseName),
    place: option(
      '<places>',
      `${placeNames.join(', ')}, or several with commas (default: append; of ${controls}, before-answer)`,
      parseChoices(...placeNames),
    ),
    thinking: optionWithDefault<readonly Thinking[]>(
      '<ways>',
      'none, aloud (the model thinks in words first, after its pauses), or both with a comma',
      parseChoices<Thinking>('none', 'aloud'),
      ['none'],
    ),
  }),
  group('Examples:', {
    count: option('<examples>', `of each task (default: all; ${usualGenerated} of a task made here)`, parseCount(1)),
    seed: optionWithDefault('<number>', 'of tasks made here, and of the bootstrap', parseCount(0), 0),
    shots: option('<count>', 'solved examples in front of each: the first ones of the task', parseCount(1)),
    shotsFrom: option('<file>', 'solved examples in front of each: all of a file of such lines', parseName),
    preset: option('<name>', `the lines are those of ${presetNames.join(', ')}`, parseChoice(...presetNames)),
    field: option(
      '<names>',
      'what fields are called, with commas: prompt=question,target=summary',
      parseFields('prompt', 'answer', 'choices', 'target'),
    ),
    marker: option('<text>', 'what every prompt ends in to ask for the answer, for --place before-answer', parseName),
    skipBad: flag('leave out lines that are no examples, and count them'),
  }),
  group('Answers:', {
    score: optionWithDefault(
      '<what>',
      'of choices and targets: sum of log-probabilities, or byte, by length',
      parseChoice('sum', 'byte'),
      'sum',
    ),
    answerTokens: option(
      '<count>',
      `of an answer that the model writes, at most (default: ${usualAnswers.none}; ${usualAnswers.aloud} aloud)`,
      parseCount(1),
    ),
    resume: option(
      '<file>',
      'keep the results of each example there, and go on from those of an earlier run',
      parseName,
    ),
  }),
  group('Cache:', {
    context: option(
      '<tokens>',
      `in view; a longer prompt is streamed with sinks (default: ${usualContext})`,
      parseContext,
    ),
  }),
  localModelFlags(
    `a GGUF file, or a name from unspool models (default: the small bundled model; for ${controls}, the control model)`,
  ),
  outputFlags,
  group('Reports:', {
    svg: option('<folder>', 'also a chart of each task, as a picture', parseName),
    csv: csvFlag,
  }),
] as const;

type Options = OptionsOf<typeof groups>;

/** Options about tasks of one's own. */
const aboutTasks = [
  ...['model', 'pauses', 'pauseToken', 'filler', 'place', 'thinking', 'shots', 'shotsFrom'],
  ...['preset', 'field', 'marker', 'skipBad', 'score', 'answerTokens', 'context'],
];

export async function runPauseEval(line: Invocation<Options>): Promise<Outcome> {
  const { words, options, originOf, io } = line;
  const isControl = words.length === 0;
  checkOptions(isControl, originOf);
  const groups = isControl ? controlGroups : groupsOf(words, options.model, originOf, io);
  checkFileNames(options, [...filesOfTasks(groups), options.shotsFrom]);
  const { seed, count, skipBad = false, context, thinking, answerTokens, place: places, score: by, resume } = options;
  const [format, shots, pause] = [formatFrom(options), shotsFrom(options), pauseFrom(options)];
  const run = {
    ...{ groups, controls: isControl, model: modelRequestFrom(options, originOf), context },
    reading: { format, seed, count, skipBad, shots, madeHere: generatedTaskNames },
    pauses:
      options.pauses ?? (groups.some(({ modelPath }) => modelPath === controlModel) ? controlPauses : usualPauses),
    ...{ pause, places, by, thinking, results: resume },
    answerTokens: { none: answerTokens ?? usualAnswers.none, aloud: answerTokens ?? usualAnswers.aloud },
  };
  const { pauseView } = await import('./view.js');
  const readsInput = words.includes('-');
  const { runSession } = await import('../run/session.js');
  return runSession({ invocation: line, command: 'pause-eval', view: pauseView, readsInput }, async (session) => {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { evaluatePauses } = await import('./run.js');
    await evaluatePauses(session, run);
  });
}

const controlGroups: readonly PauseGroup[] = [
  { modelPath: controlModel, tasks: controlTaskNames.map((name) => ({ kind: 'generated', name })) },
  {
    modelPath: bundledModel,
    tasks: [
      { kind: 'generated', name: 'parity' },
      { kind: 'generated', name: 'modular-sum' },
    ],
  },
];

function checkOptions(isControl: boolean, originOf: OriginOf): void {
  if (isControl) refuseGiven(aboutTasks, originOf, 'without a task', 'name one: unspool pause-eval --help lists them');
  refuseBoth(
    [
      ['pauseToken', 'filler'],
      ['shots', 'shotsFrom'],
      ['preset', 'field'],
      ['preset', 'marker'],
    ],
    originOf,
  );
}

/** A model that is set once for all is not meant for tasks in the format of another: for those, it must be asked for. */
function groupsOf(words: readonly string[], model: string | undefined, originOf: OriginOf, io: Io): PauseGroup[] {
  const tasks = words.map((word) => sourceOf(word, io));
  if (words.filter((word) => word === '-').length > 1) throw usageError('standard input (-) can be read once only');
  if (model !== undefined && originOf('model') === 'option') return [{ modelPath: model, tasks }];
  const isControl = (task: TaskSource): boolean =>
    task.kind === 'generated' && controlTaskNames.some((name) => name === task.name);
  return [
    { modelPath: controlModel, tasks: tasks.filter(isControl) },
    { modelPath: model ?? bundledModel, tasks: tasks.filter((task) => !isControl(task)) },
  ].filter((group) => group.tasks.length > 0);
}

function sourceOf(task: string, io: Io): TaskSource {
  if (task === '') throw usageError('a task has no name', 'is a variable of the shell empty?');
  if (isGeneratedTask(task)) return { kind: 'generated', name: task };
  return { kind: 'file', source: task === '-' ? io.stdin : task };
}

function filesOfTasks(groups: readonly PauseGroup[]): InputSource[] {
  return groups.flatMap(({ tasks }) => tasks.flatMap((task) => (task.kind === 'file' ? [task.source] : [])));
}

function pauseFrom({ pauseToken, filler }: Options): PauseChoice {
  if (filler !== undefined) return { kind: 'filler', text: filler };
  return pauseToken === undefined ? { kind: 'own' } : { kind: 'token', name: pauseToken };
}

function shotsFrom({ shots, shotsFrom: from }: Options): Shots | undefined {
  if (from !== undefined) return { from };
  return shots === undefined ? undefined : { count: shots };
}

function formatFrom({ preset, field = [], marker = '' }: Options): TaskFormat {
  return { fields: fieldsFrom(field, usualFields), preset, marker };
}

function parsePauses(text: string): readonly number[] {
  const counts = text.split(',').map((each) => (/^\d{1,5}$/.test(each) ? Number(each) : -1));
  if (counts.includes(-1)) throw new InvalidArgumentError('Give whole numbers, separated by commas: 0,1,2,5.');
  const ascending = [...new Set([0, ...counts])].sort((a, b) => a - b);
  if (ascending.length < 2) throw new InvalidArgumentError('Give a number of pauses beside 0.');
  return ascending;
}
