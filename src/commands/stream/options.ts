// Options of `unspool stream` that several of its tasks have.

import { flag, group, option, type OptionsOf } from '../../cli/flags.js';
import { parseChoice, parseChoices, parseCount, parseName, parseNumber } from '../../cli/parsers.js';
import { signalNames } from '../../engine/events/log-signals.js';
import { modelFlags } from '../options/model.js';
import { outputFlags } from '../options/output.js';
import { policyFlags } from '../options/policy.js';
import { formatFlags, limitFlag } from '../options/reading.js';

/** Passages for each question. */
export const usualEvidence = 5;

export const findingFlags = group('Digest, anomalies and questions:', {
  top: option(
    '<count>',
    `passages or findings of a digest (default: 5 to 20) or for each question (default: ${usualEvidence}), or changes with --given (default: 10)`,
    parseCount(1),
    { tasks: ['digest', 'anomalies', 'ask'] },
  ),
  questions: option('<file>', 'for --ask: the questions of a file, one a line', parseName, { tasks: ['ask'] }),
  as: option(
    '<kind>',
    'log, read record by record; prose (default: decided from the text)',
    parseChoice('log', 'prose'),
    { tasks: ['digest', 'anomalies', 'ask'] },
  ),
  all: flag('decode every line of a log, also where its template is known', { tasks: ['digest', 'anomalies'] }),
  signals: option(
    '<list>',
    `what ranks the findings of a log: ${signalNames.join(', ')} (default: all)`,
    parseChoices(...signalNames),
    { tasks: ['digest', 'anomalies'] },
  ),
  given: option(
    '<file>',
    'with --anomalies: read this reference first, then rank what is new, gone, and more or less frequent',
    parseName,
    {
      tasks: ['anomalies'],
    },
  ),
});

/** Seconds. */
export const keepEvery = 10;

/** Tasks that go on from a bookmark; what goes with one is checked beside it. */
const kept = ['digest', 'perplexity', 'continue'];

export const bookmarkFlags = group('Bookmark:', {
  bookmark: option(
    '<file>',
    'with --digest, --perplexity or --continue: go on from the place kept there, and keep it as it moves',
    parseName,
    { tasks: kept },
  ),
  bookmarkEvery: option(
    '<seconds>',
    `between two times that it is kept (default: ${keepEvery}); that takes at most 5% of the time`,
    parseNumber(0, 1e6),
  ),
  fromLine: option(
    '<line>',
    'go back to the last place kept up to this line; with --continue, write on from the end of the line',
    parseCount(1),
  ),
});

/** Those that follow the options of the tasks. */
export const sharedGroups = [
  bookmarkFlags,
  group('Reading:', {
    limit: limitFlag,
    follow: flag('keep reading as the file grows or is rotated, until interrupted'),
    ...formatFlags,
  }),
  policyFlags,
  modelFlags(),
  outputFlags,
] as const;

export type StreamOptions = OptionsOf<readonly [typeof findingFlags, ...typeof sharedGroups]>;
