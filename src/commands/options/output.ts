// Where results go, and what is told beside them.

import { fstatSync, statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { flag, group, negation, option, type ValuesOf } from '../../cli/flags.js';
import { parseName } from '../../cli/parsers.js';
import { usageError } from '../../errors.js';
import { printable } from '../../reporters/format.js';
import type { InputSource } from './reading.js';

const results = {
  output: option('<file>', 'write results to a file, replaced at the end', parseName, { short: 'o' }),
  json: flag('results as JSON lines'),
  events: flag("with --json: also the engine's steps"),
  quiet: flag('no progress and no account; warnings and errors stay', { short: 'q' }),
};
const ending = {
  verbose: flag('the settings and where they came from; stack traces of errors', { short: 'v' }),
  color: negation('no colour (as NO_COLOR does)'),
};

/** Of a command that has no screen of its own. */
export const plainOutputFlags = group('Output:', { ...results, ...ending });

export const outputFlags = group('Output:', {
  ...results,
  tui: negation('on a terminal: a progress line, no screen with keys'),
  ...ending,
});

export type PlainOutputOptions = ValuesOf<typeof plainOutputFlags>;
export type OutputOptions = ValuesOf<typeof outputFlags>;

export const csvFlag = option('<file>', 'also the results as comma-separated values', parseName);

/** Files that a run writes, by their options; undefined where one is not asked for, absent where a command has none. */
export type WrittenFiles = Readonly<
  Partial<Record<'output' | 'csv' | 'report' | 'resume' | 'bookmark', string | undefined>>
>;

/** Steps of the engine are told in JSON only. */
export function checkEvents({ json, events }: Pick<PlainOutputOptions, 'json' | 'events'>): void {
  if (events === true && json !== true) throw usageError('--events needs --json');
}

/** Results never replace each other, nor `inputs`, under whatever name. Pipes and devices may take several. */
export function checkFileNames(
  { csv, report, resume, bookmark, output }: WrittenFiles,
  inputs: readonly (InputSource | undefined)[],
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
function statusOf(source: InputSource): Stats | undefined {
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
