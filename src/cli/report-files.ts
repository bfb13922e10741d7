// The files that a run leaves beside its results: a page, pictures, comma-separated values.

import { fstatSync, statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import type { AnalyzeTask } from '../commands/analyze/analyze.js';
import type { Source } from '../commands/stream/tasks.js';
import type { Reporter } from '../engine/events/reporter.js';
import { usageError } from '../errors.js';
import type { CsvTable } from '../reporters/csv.js';
import { printable } from '../reporters/format.js';
import { fileOutput, type Output } from './output.js';
import type { AnalyzeOptions } from './analyze-command.js';

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
  plan: 'plan',
};

export interface FileNames extends Pick<AnalyzeOptions, 'csv' | 'report' | 'output'> {
  readonly resume?: string;
  readonly bookmark?: string;
}

/** Results never replace each other, nor `inputs`, under whatever name. Pipes and devices may take several. */
export function checkFileNames(
  { csv, report, resume, bookmark, output }: FileNames,
  inputs: readonly (Source | undefined)[],
): void {
  const read = new Set(inputs.map((input) => (input === undefined ? undefined : keyOf(statusOf(input)))));
  const optionOf = new Map<string, string>();
  const names = { '-o': output, '--csv': csv, '--report': report, '--resume': resume, '--bookmark': bookmark };
  for (const [option, name] of Object.entries(names)) {
    const status = name === undefined ? undefined : statusOf(name);
    if (name === undefined || (status !== undefined && !status.isFile())) continue;
    const key = keyOf(status) ?? resolve(name);
    if (read.has(key)) {
      throw usageError(`${option} ${printable(name)} would overwrite what is read`, 'give it a file of its own');
    }
    const other = optionOf.get(key);
    if (other !== undefined)
      throw usageError(`${other} and ${option} name the same file`, 'give each a file of its own');
    optionOf.set(key, option);
  }
}

/** Undefined where there is none: whether it can be read or written is found out when it is opened. */
function statusOf(source: Source): Stats | undefined {
  try {
    return typeof source === 'string' ? statSync(source) : fstatSync(0);
  } catch {
    return undefined;
  }
}

/** The same for all names of a file. */
function keyOf(status: Stats | undefined): string | undefined {
  return status?.isFile() === true ? `${status.dev}:${status.ino}` : undefined;
}

/** Says at once where a file cannot be written, and then leaves nothing behind. */
export async function reportFiles(
  { kind }: AnalyzeTask,
  { csv, report, svg }: Pick<AnalyzeOptions, 'csv' | 'report' | 'svg'>,
  commandLine: string,
): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  try {
    if (csv !== undefined) files.push(await csvReport(csv, tables[kind]));
    if (report !== undefined) files.push(await page(report, commandLine));
    if (svg !== undefined) files.push(await pictures(svg));
    return files;
  } catch (error) {
    for (const file of files) file.discard();
    throw error;
  }
}

/** Says at once where it cannot be written. */
export async function csvReport(name: string, kind: CsvTable): Promise<ReportFile> {
  const { csvFile } = await import('../reporters/csv.js');
  const output = fileOutput(name, '--csv');
  return fileOf(csvFile(output.write, kind), output);
}

async function page(name: string, commandLine: string): Promise<ReportFile> {
  const { htmlReport } = await import('../reporters/html/report.js');
  const output = fileOutput(name, '--report');
  const report = htmlReport({ write: output.write, date: new Date(), commandLine });
  return fileOf(report, output, () => report.finish());
}

/** Loads the chart library. */
export async function pictures(folder: string): Promise<ReportFile> {
  const { svgFiles } = await import('../reporters/svg/svg-files.js');
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
