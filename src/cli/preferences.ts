// Options that can be set once for all, in the environment and in the config file, and how they reach a command.

import { InvalidArgumentError, type Command, type Option } from 'commander';
import { usageError, type UnspoolError } from '../errors.js';
import { configError, configPath, readConfig, withHome, type Config } from './config-file.js';

/** By their long names, which are the keys of the config file. */
const keys = [
  'model',
  'server',
  'threads',
  'gpu',
  'gpu-layers',
  'cache-type',
  'context',
  'policy',
  'color',
  'tui',
] as const;

/** An option that can be set once for all, and the variable that does so. */
export interface Preference {
  readonly key: string;
  readonly variable: string;
  readonly option: Option;
}

/** A preference as it stands, and where that came from. */
export interface PreferenceValue {
  readonly preference: Preference;
  /** As written; undefined by default. */
  readonly text: string | undefined;
  readonly origin: 'environment' | 'config file' | 'default';
}

/** Those of a command and of all commands below it, each once. */
export function preferencesOf(command: Command): readonly Preference[] {
  const options = optionsBelow(command);
  return keys.flatMap((key) => {
    const option = options.find(({ long }) => long === `--${key}` || long === `--no-${key}`);
    return option === undefined ? [] : [{ key, variable: `UNSPOOL_${key.replaceAll('-', '_').toUpperCase()}`, option }];
  });
}

function optionsBelow(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.flatMap(optionsBelow)];
}

/** Gives the options of a command that its command line leaves out. */
export async function applyPreferences(command: Command, environment: NodeJS.ProcessEnv): Promise<void> {
  const preferences = preferencesOf(command);
  if (preferences.length === 0) return;
  for (const { preference, text, origin } of await readSettings(rootOf(command), preferences, environment)) {
    const name = preference.option.attributeName();
    if (text === undefined || command.getOptionValueSource(name) === 'cli') continue;
    command.setOptionValueWithSource(
      name,
      parsePreference(preference, text),
      origin === 'environment' ? 'env' : 'config',
    );
  }
}

/** How each preference stands. An `UnspoolError` where one of them, or anything in the config file, is not valid. */
export async function readSettings(
  program: Command,
  preferences: readonly Preference[],
  environment: NodeJS.ProcessEnv,
): Promise<readonly PreferenceValue[]> {
  const path = configPath(environment);
  const config = path === undefined ? undefined : await readConfig(path);
  const inFile = config === undefined ? new Map<string, string>() : await checkedTexts(config, preferencesOf(program));
  return preferences.map((preference) => {
    const { key, variable } = preference;
    const inEnvironment = environment[variable] ?? '';
    // An empty variable is as good as none.
    if (inEnvironment !== '') {
      check(preference, inEnvironment, (problem) => usageError(`${variable}: ${problem}`, `mend or unset ${variable}`));
      return { preference, text: inEnvironment, origin: 'environment' };
    }
    const text = inFile.get(key);
    return { preference, text, origin: text === undefined ? 'default' : 'config file' };
  });
}

/** What a text means for the option. Throws commander's `InvalidArgumentError`, as for an option. */
export function parsePreference({ option }: Preference, text: string): unknown {
  if (option.required) {
    const parse: ((text: string, previous: unknown) => unknown) | undefined = option.parseArg;
    return parse === undefined ? text : parse(text, undefined);
  }
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('Give true or false.');
  return text === 'true';
}

/** Calls `fail` with what is wrong with a text, if anything is. */
export function check(preference: Preference, text: string, fail: (problem: string) => UnspoolError): void {
  try {
    parsePreference(preference, text);
  } catch (error) {
    throw error instanceof InvalidArgumentError ? fail(error.message) : error;
  }
}

/** A hint for a key that is none: the one that is near, or all. */
export async function nearKeys(name: string, preferences: readonly Preference[]): Promise<string> {
  const { closest, distance } = await import('fastest-levenshtein');
  const known = preferences.map(({ key }) => key);
  const near = closest(name, known);
  return distance(name, near) <= Math.min(2, near.length - 2) ? `did you mean ${near}?` : `keys: ${known.join(', ')}`;
}

async function checkedTexts(config: Config, preferences: readonly Preference[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const [key, value] of config.values) {
    const preference = preferences.find((each) => each.key === key);
    if (preference === undefined) {
      throw configError(config.path, `${key}: there is no such key`, await nearKeys(key, preferences));
    }
    const hint = `unspool config set ${key} VALUE, or unspool config unset ${key}`;
    const fail = (problem: string): UnspoolError => configError(config.path, `${key}: ${problem}`, hint);
    if (!['string', 'number', 'boolean'].includes(typeof value) || value === '') throw fail('Give a value.');
    const text = withHome(String(value));
    check(preference, text, fail);
    texts.set(key, text);
  }
  return texts;
}

export function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
