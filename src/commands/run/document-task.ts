// A task of a command that reads documents: `unspool stream --digest`, `unspool analyze --count`, …

import type { Invocation, Outcome } from '../../cli/command.js';
import { chosenTask, type FlagGroup, type Flags, type ValuesOf } from '../../cli/flags.js';
import { checkFileNames, type OutputOptions, type WrittenFiles } from '../options/output.js';
import { readingFrom, sourcesFrom, type Documents, type readingFlags, type InputSource } from '../options/reading.js';
import type { ReportOptions } from './report-files.js';
import type { Session } from './session.js';
import type { TaskView } from './task-view.js';

/** `Options`: those that it looks at. */
export interface DocumentTask<Options> {
  readonly name: string;
  /** What names it: an option of its name, and perhaps others. */
  readonly flags: Flags;
  /** Options that name it without that. */
  readonly alsoNamedBy?: readonly string[];
  /** From a command line to work. Throws usage errors, and loads nothing heavy. */
  readonly prepare: (line: Invocation<Options>) => Promise<PreparedTask>;
}

export interface PreparedTask {
  readonly documents: Documents;
  readonly view: TaskView;
  /** Loads what is heavy. */
  readonly run: (session: Session) => Promise<void>;
}

/** What of a command line says which documents are read, and how. */
export type DocumentTaskOptions = WrittenFiles & ValuesOf<typeof readingFlags>;

/** `inputs`: other files that are read, and that no result may replace. */
export function documentsFrom(
  { words, options, io }: Pick<Invocation<DocumentTaskOptions>, 'words' | 'options' | 'io'>,
  command: string,
  inputs: readonly (InputSource | undefined)[] = [],
): Documents {
  const sources = sourcesFrom(words, io, command);
  checkFileNames(options, [...sources, ...inputs]);
  return { sources, reading: readingFrom(options), limit: options.limit };
}

/** Runs the task that a command line names. */
export async function runDocumentTask<Options extends OutputOptions & ReportOptions>(
  command: string,
  tasks: readonly DocumentTask<Options>[],
  usual: string,
  groups: readonly FlagGroup[],
  line: Invocation<Options>,
): Promise<Outcome> {
  const values = line.options as Readonly<Record<string, unknown>>;
  const isNamed = ({ name, alsoNamedBy = [] }: DocumentTask<Options>): boolean =>
    [name, ...alsoNamedBy].some((each) => values[each] !== undefined);
  const named = tasks.filter(isNamed).map(({ name }) => name);
  const names = tasks.map(({ name }) => name);
  const chosen = chosenTask(names, named, usual, groups, line.originOf);
  const task = tasks.find(({ name }) => name === chosen);
  if (task === undefined) throw new Error(`there is no task ${chosen}`);
  const { documents, view, run } = await task.prepare(line);
  const readsInput = documents.sources.includes(line.io.stdin);
  const { runSession } = await import('./session.js');
  return runSession({ invocation: line, command, view, readsInput }, run);
}
