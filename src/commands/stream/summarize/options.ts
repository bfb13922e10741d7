// `unspool stream --summarize` on the command line.

import { flag, group, option, optionWithDefault, refuseGiven, type Values, type ValuesOf } from '../../../cli/flags.js';
import { InvalidArgumentError, parseChoice, parseCount, parseName } from '../../../cli/parsers.js';
import { modelChoiceFrom } from '../../options/model.js';
import { documentsFrom, type DocumentTask } from '../../run/document-task.js';
import type { StreamOptions } from '../options.js';
import { refuseFollow } from '../rolling-task.js';

export const summarizeFlags = { summarize: flag('a summary in new words, with its lines; takes an instruct model') };

const tasks = ['summarize'];
/** A summary of fewer words says nothing. */
const parseWords = parseCount(10);

export const summaryFlags = group('Summary:', {
  length: optionWithDefault('<words>', 'of the summary, about', parseWords, 200, { tasks }),
  focus: option('<text>', 'what the summary is above all to tell of', parseFocus, { tasks }),
  format: optionWithDefault('<format>', 'text or markdown', parseChoice('text', 'markdown'), 'text', { tasks }),
  resume: option(
    '<file>',
    'keep each note there, of all documents, and go on from those of an earlier run',
    parseName,
    { tasks },
  ),
});

type Options = StreamOptions & Values<typeof summarizeFlags> & ValuesOf<typeof summaryFlags>;

export const summarize: DocumentTask<Options> = {
  name: 'summarize',
  flags: summarizeFlags,
  async prepare(line) {
    const { options, originOf, io } = line;
    const { length: words, focus, format, resume, context } = options;
    refuseFollow(options, 'summarize');
    const why = 'with --summarize, which reads each passage from an empty cache';
    refuseGiven(['policy', 'sinks', 'window', 'block'], originOf, why, 'use --context');
    const documents = documentsFrom(line, 'stream');
    const model = modelChoiceFrom(options, originOf, io.environment);
    return {
      documents,
      view: (await import('./view.js')).summaryView,
      async run(session) {
        const { summarizeDocuments } = await import('./run.js');
        await summarizeDocuments(session, { ...documents, model, words, focus, format, resume, context });
      },
    };
  },
};

function parseFocus(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give a few words.');
  return text;
}
