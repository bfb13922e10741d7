// The command line of `unspool stream` as a request.

import type { Settings } from '../commands/run/model-run.js';
import type { Outcome } from '../commands/run/outcome.js';
import { usageError } from '../errors.js';
import { accountReporter } from '../reporters/account.js';
import { findingsReporter } from '../commands/stream/findings.js';
import { summaryReporter } from '../commands/stream/summarize/view.js';
import { perplexityTable } from '../reporters/perplexity-table.js';
import { runAsk } from './ask.js';
import { bookmarkFrom } from './bookmark.js';
import { columnsOf } from './io.js';
import { modelChoiceFrom } from './model-options.js';
import { policyFrom, sourcesFrom, type OriginOf } from './options.js';
import type { StreamOptions } from './stream-command.js';
import type { View } from './reporting.js';
import { readingFrom } from './reading.js';
import { checkFileNames } from './report-files.js';
import { runReported, type Surroundings } from './run.js';
import { describeSettings } from './settings.js';
import { taskFrom } from './task.js';

export async function runStream(files: string[], options: StreamOptions, surroundings: Surroundings): Promise<Outcome> {
  const { version, originOf, io } = surroundings;
  const task = taskFrom(options);
  if (task.kind === 'ask') return runAsk(task, files, options, surroundings);
  const policy = policyFrom(options, originOf);
  const sources = sourcesFrom(files, io);
  const reading = readingFrom(options);
  const follow = options.follow === true;
  if (follow && sources.length > 1) {
    throw usageError('--follow reads one document, which has no end', 'run unspool once for each');
  }
  if (follow && (task.kind === 'continue' || task.kind === 'summarize')) {
    throw usageError(`--follow never comes to the end that --${task.kind} waits for`, 'leave one of them out');
  }
  if (task.kind === 'summarize') refusePolicy(originOf);
  checkFileNames(options, [...sources, options.given]);
  const model = modelChoiceFrom(options, originOf, io.environment);
  const bookmark = bookmarkFrom(options, sources.length, model);
  const perplexityShown = task.kind === 'perplexity';
  const columns = options.output === undefined ? columnsOf(io.stdout) : Infinity;
  const view: View = {
    results: perplexityShown
      ? (write) => perplexityTable(write, columns)
      : task.kind === 'summarize'
        ? summaryReporter
        : findingsReporter,
    account: (write) => accountReporter(write, { perplexityShown }),
  };
  const surface = { version, command: 'stream', options, view, io, readsInput: sources.includes(io.stdin) };
  return runReported(surface, async (reporter, signal, control) => {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { limit, context } = options;
    const onSettled = (settings: Settings): void => {
      if (options.verbose === true) io.stderr.write(describeSettings(settings, originOf));
    };
    const run = { version, sources, reading, model, limit, signal, control, onSettled };
    if (task.kind === 'summarize') {
      const { summarize } = await import('../commands/stream/summarize/run.js');
      return summarize({ ...run, task, context }, reporter);
    }
    const { stream } = await import('../commands/stream/stream.js');
    return stream({ ...run, task, policy, follow, bookmark }, reporter);
  });
}

/** No cache rolls where each passage is read from an empty one. */
function refusePolicy(originOf: OriginOf): void {
  const given = ['policy', 'sinks', 'window', 'block'].find((option) => originOf(option) === 'option');
  if (given === undefined) return;
  throw usageError(
    `--${given} has no meaning with --summarize, which reads each passage from an empty cache`,
    'use --context',
  );
}
