// `unspool pause-eval`: whether pauses before the answer help a model. What help says of it.

import { command } from '../../cli/command.js';
import { generatedTaskNames } from '../../evaluation/tasks/generated.js';
import { groups, runPauseEval } from './options.js';

export const pauseEval = command({
  name: 'pause-eval',
  heading: 'Models:',
  summary: 'tell whether pauses before the answer help a model',
  description:
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
  arguments: [
    {
      written: '[task...]',
      help: `of JSON lines, - for standard input; or made here: ${generatedTaskNames.join(', ')}`,
    },
  ],
  groups,
  examples: [
    'unspool pause-eval',
    'unspool pause-eval --pauses 1,4,8 --count 100 shifted-parity',
    "unspool pause-eval --model model.gguf --filler ' ...' task.jsonl",
    'unspool pause-eval --preset commonsenseqa --csv rows.csv dev.jsonl',
    'unspool pause-eval --json task.jsonl | jq \'select(.event == "condition")\'',
  ],
  run: runPauseEval,
});
