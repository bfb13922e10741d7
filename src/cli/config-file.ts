// The config file: where it is, what stands in it, and how a key is set or removed.

import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ParseError } from 'jsonc-parser';
import { reasonOf, UnspoolError } from '../errors.js';
import { fileOutput } from './output.js';
import { configHome, homeFolder } from './user-folders.js';

export type ConfigValue = string | number | boolean;

/** A config file by its path, with the values that it holds; empty where there is no such file. */
export interface Config {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * UNSPOOL_CONFIG, or `unspool/config.json` in the config home. Undefined where UNSPOOL_CONFIG is empty, or nothing says where home is.
 */
export function configPath(environment: NodeJS.ProcessEnv, platform = process.platform): string | undefined {
  if (environment.UNSPOOL_CONFIG !== undefined) return environment.UNSPOOL_CONFIG || undefined;
  const folder = configHome(environment, platform);
  return folder && join(folder, 'unspool', 'config.json');
}

/** An `UnspoolError` where the file cannot be read, or does not hold an object. JSON with comments is fine. */
export async function readConfig(path: string): Promise<Config> {
  const text = readText(path);
  return { path, values: new Map(text === undefined ? [] : Object.entries(await parse(path, text))) };
}

/** Changes one key of the file, and nothing else in it; `undefined` removes the key. */
export async function editConfig(path: string, key: string, value: ConfigValue | undefined): Promise<void> {
  const before = readText(path) ?? '{}\n';
  await parse(path, before);
  const { applyEdits, modify } = await import('jsonc-parser');
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: before.includes('\r\n') ? '\r\n' : '\n' };
  const text = applyEdits(before, modify(before, [key], value, { formattingOptions }));
  createFolder(dirname(path));
  const output = fileOutput(path, 'UNSPOOL_CONFIG');
  try {
    output.write(text);
    output.commit();
  } finally {
    output.discard();
  }
}

/** What is wrong in the file. */
export function configError(path: string, problem: string, hint: string): UnspoolError {
  return new UnspoolError('config', `${forPeople(path)}: ${problem}`, hint, 2);
}

function unusable(path: string, problem: string, error: unknown, hint: string): UnspoolError {
  return new UnspoolError('config-unusable', `${forPeople(path)}: ${problem}: ${reasonOf(error)}`, hint, 1, {
    cause: error,
  });
}

/** With ~ for the home folder. */
function forPeople(path: string): string {
  const home = homeFolder();
  return home !== undefined && path.startsWith(join(home, '/')) ? join('~', path.slice(home.length)) : path;
}

/** `~/` in a file is no shell's to replace. */
export function withHome(path: string): string {
  const home = homeFolder();
  return home !== undefined && path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

function readText(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    return text.trim() === '' ? undefined : text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unusable(path, 'cannot be read', error, 'set UNSPOOL_CONFIG to another file, or to nothing for none');
  }
}

async function parse(path: string, text: string): Promise<object> {
  const value = parseStrict(text) ?? (await parseWithComments(path, text));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configError(path, 'is not a JSON object', 'write one such as {"threads": 4}');
  }
  return value;
}

function parseStrict(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Says where an error is, which JSON.parse does for some errors only. */
async function parseWithComments(path: string, text: string): Promise<unknown> {
  const { parse, printParseErrorCode } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const before = text.slice(0, first.offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  const problem = printParseErrorCode(first.error).replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  throw configError(path, `${place}: ${problem}`, 'mend the JSON there, or remove the file');
}

function createFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unusable(path, 'cannot be made', error, 'set UNSPOOL_CONFIG to a file that can be written');
  }
}
