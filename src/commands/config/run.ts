// What each command of `unspool config` does.

import type { Program } from '../../cli/program.js';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { configPath, editConfig, readConfig, type ConfigValue } from '../../cli/config-file.js';
import type { Io } from '../../cli/io.js';
import {
  check,
  nearKeys,
  parsePreference,
  preferencesOf,
  readSettings,
  type Preference,
} from '../../cli/preferences.js';
import { UnspoolError, usageError } from '../../errors.js';
import { jsonLine } from '../../reporters/json.js';
import { table } from '../../reporters/layout.js';

export async function listSettings(json: boolean, program: Program, io: Io): Promise<void> {
  const settings = await readSettings(program, preferencesOf(program), io.environment);
  if (json) {
    for (const { preference, text, origin } of settings) {
      const value = text === undefined ? usualValue(preference) : valueOf(preference, text);
      io.stdout.write(jsonLine({ event: 'setting', key: preference.key, value, origin }));
    }
    return;
  }
  const columns = {
    key: settings.map(({ preference }) => preference.key),
    value: settings.map(({ preference, text }) => text ?? usualText(preference)),
    from: settings.map(({ preference, origin }) => (origin === 'environment' ? preference.variable : origin)),
  };
  const cells = Object.entries(columns).map(([title, cells]) => ({ title, align: 'left', cells }) as const);
  io.stdout.write(table(cells, Infinity));
}

export async function printSetting(key: string, program: Program, io: Io): Promise<void> {
  const preference = await preferenceOf(key, program);
  const [setting] = await readSettings(program, [preference], io.environment);
  const text = setting?.text ?? usualValue(preference);
  if (text === null) {
    throw new UnspoolError('not-set', `${key} is not set`, `its default: ${usualText(preference)}`);
  }
  io.stdout.write(`${text}\n`);
}

export async function setKey(key: string, value: string, program: Program, io: Io): Promise<void> {
  const preference = await preferenceOf(key, program);
  const path = fileOf(io);
  if (value === '') throw usageError(`${key}: Give a value.`, `unspool config unset ${key} removes it`);
  check(preference, value, (problem) => usageError(`${key}: ${problem}`));
  await editConfig(path, key, valueOf(preference, fromAnywhere(preference, value)));
}

/** Also a key that no option has, because it may have to go. */
export async function unsetKey(key: string, program: Program, io: Io): Promise<void> {
  const path = fileOf(io);
  if ((await readConfig(path)).values.has(key)) return editConfig(path, key, undefined);
  await preferenceOf(key, program);
}

export function printPath(io: Io): void {
  io.stdout.write(`${fileOf(io)}\n`);
}

async function preferenceOf(key: string, program: Program): Promise<Preference> {
  const preferences = preferencesOf(program);
  const preference = preferences.find((each) => each.key === key);
  if (preference === undefined) throw usageError(`${key}: there is no such key`, await nearKeys(key, preferences));
  return preference;
}

function fileOf(io: Io): string {
  const path = configPath(io.environment);
  if (path === undefined)
    throw new UnspoolError('no-config', 'there is no config file', 'set UNSPOOL_CONFIG to a path');
  return resolve(path);
}

/** A file is found from any folder once its path is whole. */
function fromAnywhere({ option }: Preference, value: string): string {
  return option.flags.endsWith('<file>') && existsSync(value) ? resolve(value) : value;
}

/** As JSON has it: a number or a boolean where the option is one. */
function valueOf(preference: Preference, text: string): ConfigValue {
  const value = parsePreference(preference, text);
  return typeof value === 'number' || typeof value === 'boolean' ? value : text;
}

/** Null where the default is told in words only. */
function usualValue({ option }: Preference): boolean | null {
  return option.required ? null : option.negate;
}

/** The default in the words of the option's help. */
function usualText(preference: Preference): string {
  const value = usualValue(preference);
  if (value !== null) return String(value);
  return /\(default: ([^;)]*)/.exec(preference.option.description)?.[1] ?? '';
}
