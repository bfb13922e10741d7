// The files that a run leaves beside its results: a page, pictures, comma-separated values.

import type { AnalyzeTask } from '../commands/analyze.js';
import type { Reporter } from '../engine/reporter.js';
import type { CsvTable } from '../reporters/csv.js';
import { fileOutput, type Output } from './output.js';
import type { AnalyzeOptions } from './program.js';

/** A reporter whose file is there once `finish` is done, with what there is after an interruption too. */
export interface ReportFile {
  readonly reporter: Reporter;
  finish(): Promise<void>;
  /** Leaves nothing behind. After `finish`, does nothing. */
  discard(): void;
}

const tables: Readonly<Record<AnalyzeTask['kind'], CsvTable>> = {
  count: 'overview',
  perplexity: 'perplexity',
  compare: 'comparison',
  horizon: 'horizon',
  surprise: 'surprise',
  attention: 'attention',
};

/** Says at once where a file cannot be written. The chart library is loaded where there are charts. */
export async function reportFiles(
  { kind }: AnalyzeTask,
  { csv, report, svg }: Pick<AnalyzeOptions, 'csv' | 'report' | 'svg'>,
  commandLine: string,
): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  if (csv !== undefined) {
    const { csvFile } = await import('../reporters/csv.js');
    const output = fileOutput(csv);
    files.push(fileOf(csvFile(output.write, tables[kind]), output));
  }
  if (report !== undefined) {
    const { htmlReport } = await import('../reporters/html/report.js');
    const output = fileOutput(report);
    const page = htmlReport({ write: output.write, date: new Date(), commandLine });
    files.push(fileOf(page, output, () => page.finish()));
  }
  if (svg !== undefined) {
    const { svgFiles } = await import('../reporters/svg/svg-files.js');
    const pictures = svgFiles(svg);
    files.push({ reporter: pictures, finish: () => pictures.finish(), discard: () => undefined });
  }
  return files;
}

function fileOf(reporter: Reporter, output: Output, complete = (): Promise<void> => Promise.resolve()): ReportFile {
  return {
    reporter,
    async finish() {
      await complete();
      output.commit();
    },
    discard: output.discard,
  };
}
