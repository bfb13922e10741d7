// The command line of `unspool stream` as a request.

import type { Outcome } from '../commands/outcome.js';
import { usageError } from '../errors.js';
import { accountReporter } from '../reporters/account.js';
import { findingsReporter } from '../reporters/findings.js';
import { perplexityTable } from '../reporters/perplexity-table.js';
import { runAsk } from './ask.js';
import { columnsOf } from './io.js';
import { modelChoiceFrom } from './model-options.js';
import { policyFrom, sourcesFrom } from './options.js';
import type { StreamOptions } from './stream-command.js';
import type { View } from './reporting.js';
import { readingFrom } from './reading.js';
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
  if (follow && task.kind === 'continue') {
    throw usageError('--follow never comes to the end that --continue goes on from', 'leave one of them out');
  }
  const model = modelChoiceFrom(options, originOf, io.environment);
  const perplexityShown = task.kind === 'perplexity';
  const columns = options.output === undefined ? columnsOf(io.stdout) : Infinity;
  const view: View = {
    results: perplexityShown ? (write) => perplexityTable(write, columns) : findingsReporter,
    account: (write) => accountReporter(write, { perplexityShown }),
  };
  const surface = { version, command: 'stream', options, view, io, readsInput: sources.includes(io.stdin) };
  return runReported(surface, async (reporter, signal, control) => {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { stream } = await import('../commands/stream.js');
    const { limit } = options;
    return stream(
      {
        ...{ version, task, sources, reading, model, policy, limit, follow, signal, control },
        onSettled: (settings) => {
          if (options.verbose === true) io.stderr.write(describeSettings(settings, originOf));
        },
      },
      reporter,
    );
  });
}
