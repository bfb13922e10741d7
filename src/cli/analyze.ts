// The command line of `unspool analyze` as a request.

import type { AnalyzeTask } from '../commands/analyze/analyze.js';
import type { Outcome } from '../commands/run/outcome.js';
import type { Reporter } from '../engine/events/reporter.js';
import { accountReporter } from '../reporters/account.js';
import { printable } from '../reporters/format.js';
import { overviewAccount, overviewTable } from '../commands/analyze/count/view.js';
import { perplexityTable } from '../reporters/perplexity-table.js';
import type { Screen } from '../reporters/screen.js';
import { analyzeTaskFrom } from './analyze-task.js';
import { columnsOf, wantsColor } from './io.js';
import { modelChoiceFrom } from './model-options.js';
import { sourcesFrom, type OriginOf } from './options.js';
import type { AnalyzeOptions } from './analyze-command.js';
import { checkFileNames, reportFiles, type ReportFile } from './report-files.js';
import type { View } from './reporting.js';
import { readingFrom } from './reading.js';
import { runReported, type Surroundings } from './run.js';
import { describeSettings } from './settings.js';

export async function runAnalyze(
  files: string[],
  options: AnalyzeOptions,
  { version, originOf, commandLine, io }: Surroundings,
): Promise<Outcome> {
  const task = analyzeTaskFrom(options, originOf);
  const sources = sourcesFrom(files, io, 'analyze');
  checkFileNames(options, sources);
  const reading = readingFrom(options);
  const screen: Screen = {
    columns: options.output === undefined ? columnsOf(io.stdout) : Infinity,
    color: options.output === undefined && wantsColor(io.stdout, io.environment, options.color),
  };
  const view = await viewOf(task, screen, options.heat === true);
  const model = modelChoiceFrom(options, originOf, io.environment);
  const openFiles = (): Promise<ReportFile[]> => reportFiles(task, options, commandLine);
  const readsInput = sources.includes(io.stdin);
  const surface = { version, command: 'analyze', options, view, io, readsInput, openFiles };
  return runReported(surface, async (reporter, signal, control) => {
    if (options.verbose === true && task.kind === 'count') io.stderr.write(countSettings(task, originOf));
    if (options.verbose === true && task.kind === 'plan') io.stderr.write(planSettings(task, originOf));
    // Heavy: loads tokenizers, or llama.cpp. Help and usage errors never get here.
    const { analyze } = await import('../commands/analyze/analyze.js');
    const { limit } = options;
    return analyze(
      {
        ...{ version, task, sources, reading, model, limit, signal, control },
        onSettled: (settings) => {
          if (options.verbose === true) io.stderr.write(describeSettings(settings, originOf));
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
      return { results: (write) => overviewTable(write, screen), account: overviewAccount, opening: 'counting' };
    case 'plan': {
      const view = styled((await import('../commands/analyze/plan/view.js')).planTable);
      return { ...view, account: overviewAccount, opening: 'counting' };
    }
    case 'perplexity':
      return {
        results: (write) => perplexityTable(write, screen.columns),
        account: (write) => accountReporter(write, { perplexityShown: true }),
      };
    case 'compare':
      return {
        ...styled((await import('../commands/analyze/compare/view.js')).comparisonTable),
        account: (write) => accountReporter(write, { policies: task.policies.length }),
      };
    case 'horizon':
      return styled((await import('../commands/analyze/horizon/view.js')).horizonTable);
    case 'surprise':
      return heat
        ? {
            ...styled((await import('../commands/analyze/surprise/heat.js')).heatReporter),
            inJson: ['line-surprise', 'scored-text'],
          }
        : {
            ...styled((await import('../commands/analyze/surprise/view.js')).surprisingLines),
            inJson: ['line-surprise'],
          };
    case 'attention':
      return styled((await import('../commands/analyze/attention/view.js')).attentionMap);
  }
}

/** What a count settled on, and where that came from. */
function countSettings(task: AnalyzeTask & { kind: 'count' }, originOf: OriginOf): string {
  return (
    `tokenizer  ${task.encodings.join(', ')} (${originOf('tokenizer')})\n` +
    `model      ${printable(task.modelPath ?? 'none')} (${originOf('model')})\n`
  );
}

/** The same of a plan. */
function planSettings({ hosts, device, modelPath }: AnalyzeTask & { kind: 'plan' }, originOf: OriginOf): string {
  return (
    `hosts      ${hosts} (${originOf('hosts')})\n` +
    `device     ${device.name ?? 'none'} (${originOf(device.name === null ? 'flops' : 'device')})\n` +
    `memory     ${device.memoryBytes / 1e9} GB (${originOf('memory')})\n` +
    `model      ${printable(modelPath)} (${originOf('model')})\n`
  );
}
