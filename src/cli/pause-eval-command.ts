// `unspool pause-eval` as commander knows it: its options, help and examples.

import { InvalidArgumentError, type Command } from 'commander';
import type { Place, Thinking } from '../engine/events/events.js';
import { generatedTaskNames } from '../evaluation/tasks/generated.js';
import { presetNames, type PresetName } from '../evaluation/tasks/presets.js';
import { parseFields, type FieldName } from './field-names.js';
import { describe } from './help.js';
import { addLocalModelOptions, type ModelOptions } from './model-options.js';
import {
  addOutputOptions,
  originsOf,
  parseChoice,
  parseChoices,
  parseCount,
  parseName,
  type Action,
  type OutputOptions,
} from './options.js';

export interface PauseEvalOptions extends ModelOptions, OutputOptions {
  readonly pauses?: readonly number[];
  readonly pauseToken?: string;
  readonly filler?: string;
  readonly place?: readonly Place[];
  readonly thinking?: readonly Thinking[];
  readonly count?: number;
  readonly seed?: number;
  readonly shots?: number;
  readonly shotsFrom?: string;
  readonly preset?: PresetName;
  readonly field?: readonly FieldName[];
  readonly marker?: string;
  readonly skipBad?: true;
  readonly score?: 'sum' | 'byte';
  readonly answerTokens?: number;
  readonly resume?: string;
  readonly context?: number;
  readonly svg?: string;
  readonly csv?: string;
}

const parseFieldNames = parseFields('prompt', 'answer', 'choices', 'target');
const placeNames: readonly Place[] = ['append', 'prepend', 'before-answer'];

export function addPauseEval(program: Command, action: Action<PauseEvalOptions>): void {
  const command = program
    .command('pause-eval')
    .argument('[task...]', `of JSON lines, - for standard input; or made here: ${generatedTaskNames.join(', ')}`)
    .summary('tell whether pauses before the answer help a model')
    .description(
      'Tells whether pauses before the answer help a model ("Think before you speak", Goyal et al. 2023): so many ' +
        'tokens without meaning go to the prompt, what the model says at them is ignored, and its answer is compared ' +
        'with that without pauses. Models that were trained so may gain; most others do not.\n\n' +
        'A task is a JSON object a line: a "prompt", and an "answer" that the model writes, "choices" with the right ' +
        'one as "answer", or a "target" whose log-probability counts. A choice is taken as it is written: " yes" ' +
        'begins with a space.\n\n' +
        'Every number of pauses is compared with none on the same examples. "helps" and "hurts" hold for all of the ' +
        'run together: at most 1 run in 20 without any effect says so of anything.\n\n' +
        'Without TASK, it runs controls: a tiny model that was trained to need pauses for shifted-parity and not for ' +
        'copy, and the small bundled model, which no pauses should help.',
    )
    .helpOption('-h, --help', 'print this help')
    .optionsGroup('Pauses:')
    .option(
      '--pauses <counts>',
      'how many, with commas; 0 is added (default: 0,1,2,5,10,20,50; with the control model, 0,1,2,4,6,8,12,16)',
      parsePauses,
    )
    .option('--pause-token <token>', "a token of the model's vocabulary as written there (default: <pause>)", parseName)
    .option('--filler <text>', 'a text in place of a token; the tokens of one are repeated', parseName)
    .option(
      '--place <places>',
      `${placeNames.join(', ')}, or several with commas (default: append; of shifted-parity and copy, before-answer)`,
      parseChoices(...placeNames),
    )
    .option(
      '--thinking <ways>',
      'none, aloud (the model thinks in words first, after its pauses), or both with a comma (default: none)',
      parseChoices<Thinking>('none', 'aloud'),
    )
    .optionsGroup('Examples:')
    .option('--count <examples>', 'of each task (default: all; 200 of a task made here)', parseCount(1))
    .option('--seed <number>', 'of tasks made here, and of the bootstrap (default: 0)', parseCount(0))
    .option('--shots <count>', 'solved examples in front of each: the first ones of the task', parseCount(1))
    .option('--shots-from <file>', 'solved examples in front of each: all of a file of such lines', parseName)
    .option('--preset <name>', `the lines are those of ${presetNames.join(', ')}`, parseChoice(...presetNames))
    .option('--field <names>', `what fields are called, with commas: prompt=question,target=summary`, parseFieldNames)
    .option('--marker <text>', 'what every prompt ends in to ask for the answer, for --place before-answer', parseName)
    .option('--skip-bad', 'leave out lines that are no examples, and count them')
    .optionsGroup('Answers:')
    .option(
      '--score <what>',
      'of choices and targets: sum of log-probabilities, or byte, by length (default: sum)',
      parseChoice('sum', 'byte'),
    )
    .option(
      '--answer-tokens <count>',
      'of an answer that the model writes, at most (default: 32; 256 aloud)',
      parseCount(1),
    )
    .option(
      '--resume <file>',
      'keep the results of each example there, and go on from those of an earlier run',
      parseName,
    )
    .optionsGroup('Cache:')
    .option(
      '--context <tokens>',
      'in view; a longer prompt is streamed with sinks (default: the trained context, 4096 at most, as memory allows)',
      parseCount(16),
    );
  addLocalModelOptions(
    command,
    'a GGUF file, or a name from unspool models (default: the small bundled model; for shifted-parity and copy, the control model)',
  );
  addOutputOptions(command)
    .optionsGroup('Reports:')
    .option('--svg <folder>', 'also a chart of each task, as a picture', parseName)
    .option('--csv <file>', 'also the results as comma-separated values', parseName);
  describe(command, [
    'unspool pause-eval',
    'unspool pause-eval --pauses 1,4,8 --count 100 shifted-parity',
    "unspool pause-eval --model model.gguf --filler ' ...' task.jsonl",
    'unspool pause-eval --preset commonsenseqa --csv rows.csv dev.jsonl',
    'unspool pause-eval --json task.jsonl | jq \'select(.event == "condition")\'',
  ]);
  command.action((tasks: string[], options: PauseEvalOptions) => action(tasks, options, originsOf(command)));
}

function parsePauses(text: string): readonly number[] {
  const counts = text.split(',').map((each) => (/^\d{1,5}$/.test(each) ? Number(each) : -1));
  if (counts.includes(-1)) throw new InvalidArgumentError('Give whole numbers, separated by commas: 0,1,2,5.');
  const ascending = [...new Set([0, ...counts])].sort((a, b) => a - b);
  if (ascending.length < 2) throw new InvalidArgumentError('Give a number of pauses beside 0.');
  return ascending;
}
