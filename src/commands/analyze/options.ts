// Options of `unspool analyze` that several of its tasks have.

import { flag, group, option, optionWithDefault, restrictToTasks, type OptionsOf } from '../../cli/flags.js';
import { parseChoice, parseCount, parseName } from '../../cli/parsers.js';
import { machineOptions, modelFlags } from '../options/model.js';
import { csvFlag, outputFlags } from '../options/output.js';
import { policyFlags } from '../options/policy.js';
import { readingFlags } from '../options/reading.js';

/** Tasks that run a model. */
const running = ['perplexity', 'compare', 'horizon', 'surprise', 'attention'];
/** Those whose cache rolls. */
const rolling = ['perplexity', 'surprise'];

/** Tokens of a chunk where nobody says and the model was trained on as many; llama-perplexity takes 512 without `-c`. */
export const longestUsualChunk = { chunked: 512, attention: 512, horizon: 4096 } as const;

/** That --attention reads without a limit: a share changes little with more. */
export const attentionChunks = 64;

export const measureFlags = group('Measures:', {
  protocol: optionWithDefault(
    '<name>',
    'of --perplexity: rolling, one pass through the cache, or chunked, as llama-perplexity does',
    parseChoice('rolling', 'chunked'),
    'rolling',
    { tasks: ['perplexity'] },
  ),
  chunk: option(
    '<tokens>',
    `of chunked, --horizon and --attention (default: the trained context, ${longestUsualChunk.chunked} at most; ${longestUsualChunk.horizon} for --horizon)`,
    parseCount(4),
    { tasks: ['perplexity', 'horizon', 'attention'] },
  ),
  top: optionWithDefault('<count>', 'lines of --surprise', parseCount(1), 10, { tasks: ['surprise'] }),
  heat: flag('with --surprise: the text itself, shaded, instead of a list of lines', { tasks: ['surprise'] }),
});

/** Those that follow the options of the tasks. */
export const sharedGroups = [
  restrictToTasks(readingFlags, { limit: running }),
  restrictToTasks(policyFlags, {
    policy: rolling,
    sinks: [...rolling, 'attention', 'plan'],
    window: [...rolling, 'plan'],
    context: [...rolling, 'compare', 'plan'],
    block: rolling,
  }),
  restrictToTasks(
    modelFlags('a GGUF file, or a name from unspool models (default: the small bundled model; none for --count)'),
    {
      server: running.filter((task) => task !== 'attention'),
      ...Object.fromEntries(machineOptions.map((name) => [name, running])),
      cacheType: running.filter((task) => task !== 'attention'),
    },
  ),
  outputFlags,
  group('Reports:', {
    report: option(
      '<file>',
      'also a page of HTML, with charts, tables and, for --surprise, the shaded text',
      parseName,
      {
        tasks: ['count', ...running],
      },
    ),
    svg: option('<folder>', 'also the charts, as pictures', parseName, {
      tasks: ['compare', 'horizon', 'surprise', 'attention'],
    }),
    csv: csvFlag,
  }),
] as const;

export type AnalyzeOptions = OptionsOf<readonly [typeof measureFlags, ...typeof sharedGroups]>;
