// The command line of `unspool analyze` as a request.

import type { AnalyzeTask } from '../commands/analyze.js';
import type { Outcome } from '../commands/outcome.js';
import { overviewAccount, overviewTable } from '../reporters/overview.js';
import { sourcesFrom } from './options.js';
import type { AnalyzeOptions } from './program.js';
import { runReported, type Surroundings } from './run.js';
import type { View } from './reporting.js';

export async function runAnalyze(
  files: string[],
  options: AnalyzeOptions,
  { version, originOf, io }: Surroundings,
): Promise<Outcome> {
  const task = taskFrom(options);
  const sources = sourcesFrom(files, io, 'analyze');
  return runReported({ options, view: views[task.kind], io }, async (reporter, signal) => {
    if (options.verbose === true) io.stderr.write(settings(task, originOf));
    // Heavy: loads tokenizers. Help and usage errors never get here.
    const { analyze } = await import('../commands/analyze.js');
    return analyze({ version, task, sources, signal }, reporter);
  });
}

/** How people see each task. */
const views: Readonly<Record<AnalyzeTask['kind'], View>> = {
  count: { results: overviewTable, account: overviewAccount },
};

/** The task that the options ask for; --count where they name none. */
function taskFrom(options: AnalyzeOptions): AnalyzeTask {
  return { kind: 'count', encodings: options.tokenizer ?? ['o200k_base'], modelPath: options.model };
}

/** What the run settled on, and where that came from. */
function settings(task: AnalyzeTask, originOf: (option: string) => string): string {
  return (
    `tokenizer  ${task.encodings.join(', ')} (${originOf('tokenizer')})\n` +
    `model      ${task.modelPath ?? 'none'} (${originOf('model')})\n`
  );
}
