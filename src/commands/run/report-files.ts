// The files that a run leaves beside its results: a page, pictures, comma-separated values.

import { fileOutput, type Output } from '../../cli/output.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { csvFile, type CsvTable } from '../../reporters/csv.js';

/** A reporter whose file is there once `finish` is done, with what there is after an interruption too. */
export interface ReportFile {
  readonly reporter: Reporter;
  finish(): Promise<void>;
  /** Leaves nothing behind. After `finish`, does nothing. */
  discard(): void;
}

/** Names of files, and of a folder of pictures. */
export interface ReportOptions {
  readonly csv?: string | undefined;
  readonly report?: string | undefined;
  readonly svg?: string | undefined;
}

/** Says at once where a file cannot be written, and then leaves nothing behind. `table`: of comma-separated values. */
export async function openReportFiles(
  { csv, report, svg }: ReportOptions,
  table: CsvTable | undefined,
  commandLine: string,
): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  try {
    if (csv !== undefined && table !== undefined) files.push(csvReport(csv, table));
    if (report !== undefined) files.push(await page(report, commandLine));
    if (svg !== undefined) files.push(await pictures(svg));
    return files;
  } catch (error) {
    for (const file of files) file.discard();
    throw error;
  }
}

function csvReport(name: string, table: CsvTable): ReportFile {
  const output = fileOutput(name, '--csv');
  return fileOf(csvFile(output.write, table), output);
}

async function page(name: string, commandLine: string): Promise<ReportFile> {
  const { htmlReport } = await import('../../reporters/html/report.js');
  const output = fileOutput(name, '--report');
  const report = htmlReport({ write: output.write, date: new Date(), commandLine });
  return fileOf(report, output, () => report.finish());
}

/** Loads the chart library. */
async function pictures(folder: string): Promise<ReportFile> {
  const { svgFiles } = await import('../../reporters/svg/svg-files.js');
  const files = svgFiles(folder);
  return { reporter: files, finish: () => files.finish(), discard: () => undefined };
}

function fileOf(reporter: Reporter, output: Output, complete = (): Promise<void> => Promise.resolve()): ReportFile {
  return {
    reporter,
    async finish() {
      await complete();
      output.commit();
    },
    discard() {
      reporter.close();
      output.discard();
    },
  };
}
