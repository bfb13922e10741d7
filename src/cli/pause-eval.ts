// The command line of `unspool pause-eval` as a request.

import type { Outcome } from '../commands/run/outcome.js';
import type { PauseGroup } from '../commands/pause-eval/run.js';
import type { Shots, TaskSource } from '../commands/pause-eval/tasks.js';
import type { Source } from '../commands/stream/tasks.js';
import { usageError } from '../errors.js';
import type { PauseChoice } from '../evaluation/pauses/pause.js';
import { controlTaskNames, generatedTaskNames, isGeneratedTask } from '../evaluation/tasks/generated.js';
import { usualFields, type TaskFormat } from '../evaluation/tasks/json-task.js';
import { pauseAccount, pauseTable } from '../commands/pause-eval/view.js';
import type { Screen } from '../reporters/screen.js';
import { fieldsFrom } from './field-names.js';
import { columnsOf, wantsColor, type Io } from './io.js';
import { modelRequestFrom } from './model-options.js';
import { bundledModel, controlModel, flagOf, type OriginOf } from './options.js';
import type { PauseEvalOptions } from './pause-eval-command.js';
import { checkFileNames, csvReport, pictures, type ReportFile } from './report-files.js';
import { runReported, type Surroundings } from './run.js';
import { describeSettings } from './settings.js';

/** Those of Goyal et al. 2023 and around them. */
const usualPauses = [0, 1, 2, 5, 10, 20, 50];
/** What the control model was trained with. */
const controlPauses = [0, 1, 2, 4, 6, 8, 12, 16];

/** Options about tasks of one's own. */
const aboutTasks: readonly (keyof PauseEvalOptions)[] = [
  ...(['model', 'pauses', 'pauseToken', 'filler', 'place', 'thinking', 'shots', 'shotsFrom'] as const),
  ...(['preset', 'field', 'marker', 'skipBad', 'score', 'answerTokens', 'context'] as const),
];

export async function runPauseEval(
  tasks: string[],
  options: PauseEvalOptions,
  { version, originOf, io }: Surroundings,
): Promise<Outcome> {
  const controls = tasks.length === 0;
  checkOptions(controls, options, originOf);
  const groups = controls
    ? controlGroups
    : groupsOf(
        tasks.map((task) => sourceOf(task, io)),
        options.model,
        originOf('model') === 'option',
      );
  checkFileNames(options, [...filesOfTasks(groups), options.shotsFrom]);
  const screen: Screen = {
    columns: options.output === undefined ? columnsOf(io.stdout) : Infinity,
    color: options.output === undefined && wantsColor(io.stdout, io.environment, options.color),
  };
  const { seed = 0, count, skipBad = false, context, thinking = ['none'] } = options;
  const answerTokens = { none: options.answerTokens ?? 32, aloud: options.answerTokens ?? 256 };
  const reading = {
    format: formatFrom(options),
    seed,
    count,
    skipBad,
    shots: shotsFrom(options),
    madeHere: generatedTaskNames,
  };
  const model = modelRequestFrom(options, originOf);
  const surface = {
    ...{ version, command: 'pause-eval', options, io, readsInput: tasks.includes('-') },
    view: { results: (write: (text: string) => void) => pauseTable(write, screen), account: pauseAccount },
    openFiles: () => filesOf(options),
  };
  return runReported(surface, async (reporter, signal, control) => {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { evaluatePauses } = await import('../commands/pause-eval/run.js');
    return evaluatePauses(
      {
        ...{ version, groups, controls, model, context, reading, thinking, answerTokens, signal, control },
        ...{ pause: pauseFrom(options), places: options.place, by: options.score ?? 'sum', results: options.resume },
        pauses:
          options.pauses ?? (groups.some(({ modelPath }) => modelPath === controlModel) ? controlPauses : usualPauses),
        onSettled: (settings) => {
          if (options.verbose === true) io.stderr.write(describeSettings(settings, originOf));
        },
      },
      reporter,
    );
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

function checkOptions(controls: boolean, options: PauseEvalOptions, originOf: OriginOf): void {
  const meaningless = controls ? aboutTasks.find((option) => originOf(option) === 'option') : undefined;
  if (meaningless !== undefined) {
    throw usageError(
      `--${flagOf(meaningless)} has no meaning without a task`,
      'name one: unspool pause-eval --help lists them',
    );
  }
  const pairs: readonly (readonly [keyof PauseEvalOptions, keyof PauseEvalOptions])[] = [
    ['pauseToken', 'filler'],
    ['shots', 'shotsFrom'],
    ['preset', 'field'],
    ['preset', 'marker'],
  ];
  const both = pairs.find(([one, other]) => options[one] !== undefined && options[other] !== undefined);
  if (both === undefined) return;
  const [one, other] = both.map(flagOf);
  throw usageError(`--${one} and --${other} say the same in two ways`, 'give one of them');
}

function sourceOf(task: string, io: Io): TaskSource {
  if (task === '') throw usageError('a task has no name', 'is a variable of the shell empty?');
  if (isGeneratedTask(task)) return { kind: 'generated', name: task };
  return { kind: 'file', source: task === '-' ? io.stdin : task };
}

/** A model that is set once for all is not meant for tasks in the format of another: for those, it must be `asked` for. */
function groupsOf(tasks: readonly TaskSource[], model: string | undefined, asked: boolean): PauseGroup[] {
  if (tasks.filter((task) => task.kind === 'file' && typeof task.source !== 'string').length > 1) {
    throw usageError('standard input (-) can be read once only');
  }
  if (model !== undefined && asked) return [{ modelPath: model, tasks }];
  const isControl = (task: TaskSource): boolean =>
    task.kind === 'generated' && controlTaskNames.some((name) => name === task.name);
  return [
    { modelPath: controlModel, tasks: tasks.filter(isControl) },
    { modelPath: model ?? bundledModel, tasks: tasks.filter((task) => !isControl(task)) },
  ].filter((group) => group.tasks.length > 0);
}

function filesOfTasks(groups: readonly PauseGroup[]): Source[] {
  return groups.flatMap(({ tasks }) => tasks.flatMap((task) => (task.kind === 'file' ? [task.source] : [])));
}

async function filesOf({ csv, svg }: PauseEvalOptions): Promise<ReportFile[]> {
  const files = csv === undefined ? [] : [await csvReport(csv, 'conditions')];
  if (svg !== undefined) files.push(await pictures(svg));
  return files;
}

function pauseFrom({ pauseToken, filler }: PauseEvalOptions): PauseChoice {
  if (filler !== undefined) return { kind: 'filler', text: filler };
  return pauseToken === undefined ? { kind: 'own' } : { kind: 'token', name: pauseToken };
}

function shotsFrom({ shots, shotsFrom: from }: PauseEvalOptions): Shots | undefined {
  if (from !== undefined) return { from };
  return shots === undefined ? undefined : { count: shots };
}

function formatFrom({ preset, field = [], marker = '' }: PauseEvalOptions): TaskFormat {
  return { fields: fieldsFrom(field, usualFields), preset, marker };
}
