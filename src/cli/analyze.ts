// The command line of `unspool analyze` as a request.

import type { AnalyzeTask } from '../commands/analyze.js';
import type { Outcome } from '../commands/outcome.js';
import type { Reporter } from '../engine/reporter.js';
import { accountReporter } from '../reporters/account.js';
import { overviewAccount, overviewTable } from '../reporters/overview.js';
import { perplexityTable } from '../reporters/perplexity-table.js';
import type { Screen } from '../reporters/screen.js';
import { analyzeTaskFrom } from './analyze-task.js';
import { columnsOf, wantsColor } from './io.js';
import { bundledModel, sourcesFrom } from './options.js';
import type { AnalyzeOptions } from './analyze-command.js';
import { checkFileNames, reportFiles, type ReportFile } from './report-files.js';
import type { View } from './reporting.js';
import { runReported, type Surroundings } from './run.js';
import { describeSettings } from './settings.js';

export async function runAnalyze(
  files: string[],
  options: AnalyzeOptions,
  { version, originOf, commandLine, io }: Surroundings,
): Promise<Outcome> {
  const task = analyzeTaskFrom(options, originOf);
  checkFileNames(options);
  const sources = sourcesFrom(files, io, 'analyze');
  const screen: Screen = {
    columns: options.output === undefined ? columnsOf(io.stdout) : Infinity,
    color: options.output === undefined && wantsColor(io.stdout, io.environment, options.color),
  };
  const view = await viewOf(task, screen, options.heat === true);
  const modelPath = options.model ?? bundledModel;
  const openFiles = (): Promise<ReportFile[]> => reportFiles(task, options, commandLine);
  return runReported({ version, command: 'analyze', options, view, io, openFiles }, async (reporter, signal) => {
    if (options.verbose === true && task.kind === 'count') io.stderr.write(countSettings(task, originOf));
    // Heavy: loads tokenizers, or llama.cpp. Help and usage errors never get here.
    const { analyze } = await import('../commands/analyze.js');
    const { threads, limit } = options;
    return analyze(
      {
        ...{ version, task, sources, modelPath, threads, limit, signal },
        onSettled: (settings) => {
          if (options.verbose !== true) return;
          const isPolicyAsked = [options.policy, options.sinks, options.window, options.block].some(Boolean);
          io.stderr.write(describeSettings(settings, { modelPath, isPolicyAsked, originOf }));
        },
      },
      reporter,
    );
  });
}

/** How people see each task. What styles text is loaded for the tasks that do. */
async function viewOf(task: AnalyzeTask, screen: Screen, heat: boolean): Promise<View> {
  const styled = (reporter: (write: (text: string) => void, screen: Screen) => Reporter): View => ({
    results: (write) => reporter(write, screen),
    account: (write) => accountReporter(write),
  });
  switch (task.kind) {
    case 'count':
      return { results: (write) => overviewTable(write, screen), account: overviewAccount };
    case 'perplexity':
      return {
        results: (write) => perplexityTable(write, screen.columns),
        account: (write) => accountReporter(write, { perplexityShown: true }),
      };
    case 'compare':
      return {
        ...styled((await import('../reporters/comparison-table.js')).comparisonTable),
        account: (write) => accountReporter(write, { policies: task.policies.length }),
      };
    case 'horizon':
      return styled((await import('../reporters/horizon-table.js')).horizonTable);
    case 'surprise':
      return heat
        ? {
            ...styled((await import('../reporters/heat.js')).heatReporter),
            inJson: ['line-surprise', 'scored-text'],
          }
        : { ...styled((await import('../reporters/surprising-lines.js')).surprisingLines), inJson: ['line-surprise'] };
    case 'attention':
      return styled((await import('../reporters/attention-map.js')).attentionMap);
  }
}

/** What a count settled on, and where that came from. */
function countSettings(task: AnalyzeTask & { kind: 'count' }, originOf: (option: string) => string): string {
  return (
    `tokenizer  ${task.encodings.join(', ')} (${originOf('tokenizer')})\n` +
    `model      ${task.modelPath ?? 'none'} (${originOf('model')})\n`
  );
}
