// Options that several commands share, and how their texts become values.

import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Limit, Source } from '../commands/stream/tasks.js';
import type { Format } from '../documents/formats.js';
import { defaultSinks } from '../engine/defaults.js';
import { parsePolicySpec, policyGrammar, type PolicyKind, type PolicySpec } from '../engine/policy.js';
import { usageError } from '../errors.js';
import type { Io } from './io.js';

export const bundledModel = fileURLToPath(new URL('../../fixtures/models/base/base.gguf', import.meta.url));
/** What pauses help by its training. */
export const controlModel = fileURLToPath(
  new URL('../../fixtures/models/pause-control/pause-control.gguf', import.meta.url),
);

export interface PolicyOptions {
  readonly policy?: PolicySpec | undefined;
  readonly sinks?: number;
  readonly window?: number;
  readonly block?: number;
  readonly context?: number;
}

export interface OutputOptions {
  readonly output?: string;
  readonly json?: true;
  readonly events?: true;
  readonly quiet?: true;
  /** False with --no-tui. */
  readonly tui: boolean;
  readonly verbose?: true;
  /** False with --no-color. */
  readonly color: boolean;
}

/** What runs for a command. */
export type Action<Options> = (files: string[], options: Options, originOf: OriginOf) => Promise<void>;

/** Of an option's value, in words for people, the strongest first. */
const origins = ['option', 'environment', 'config file', 'default'] as const;
export type Origin = (typeof origins)[number];

/** Where an option's value came from. */
export type OriginOf = (option: string) => Origin;

export function originsOf(command: Command): OriginOf {
  const words: Readonly<Record<string, Origin>> = {
    cli: 'option',
    env: 'environment',
    config: 'config file',
  };
  return (option) => words[command.getOptionValueSource(option) ?? ''] ?? 'default';
}

export function addPolicyOptions(command: Command): Command {
  return command
    .optionsGroup('Cache:')
    .option('--policy <spec>', `what stays in view: ${policyGrammar} (default: sinks)`, parsePolicy)
    .option('--sinks <tokens>', 'first tokens that are never forgotten (default: 4)', parseCount(1))
    .option('--window <tokens>', 'recent tokens kept after the sinks (default: the rest of --context)', parseCount(1))
    .option(
      '--context <tokens>',
      'sinks and window together (default: the trained context, 4096 at most, as memory allows)',
      parseCount(16),
    )
    .option(
      '--block <tokens>',
      'tokens decoded at once (default: 1/8 of sinks and window, 128 at most; 512 on a GPU)',
      parseCount(1),
    );
}

export function addOutputOptions(command: Command): Command {
  return addEndingOptions(
    addResultOptions(command).option('--no-tui', 'on a terminal: a progress line, no screen with keys'),
  );
}

/** Of a command that has no screen of its own. */
export function addPlainOutputOptions(command: Command): Command {
  return addEndingOptions(addResultOptions(command));
}

function addResultOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('-o, --output <file>', 'write results to a file, replaced at the end', parseName)
    .option('--json', 'results as JSON lines')
    .option('--events', "with --json: also the engine's steps")
    .option('-q, --quiet', 'no progress and no account; warnings and errors stay');
}

function addEndingOptions(command: Command): Command {
  return command
    .option('-v, --verbose', 'the settings and where they came from; stack traces of errors')
    .addOption(new Option('--no-color', 'no colour (as NO_COLOR does)'));
}

/**
 * The policy options as one spec. Numbers come from the spec or from the options, not from both; but a policy that is
 * set once for all gives way to the options, part by part.
 */
export function policyFrom(options: PolicyOptions, originOf: OriginOf): Partial<PolicySpec> {
  const windowOrigin = originOf(options.window === undefined ? 'policy' : 'window');
  return withContext(partsFrom(options, originOf), options.context, windowOrigin, originOf);
}

/** Gives a policy the capacity that --context asks for, if that is a stronger wish than the policy's own window. */
export function withContext(
  spec: Partial<PolicySpec>,
  context: number | undefined,
  windowOrigin: Origin,
  originOf: OriginOf,
): Partial<PolicySpec> {
  if (context === undefined) return spec;
  const { window, ...others } = spec;
  const origin = originOf('context');
  if (window !== undefined && origin === 'option' && windowOrigin === 'option') {
    throw usageError('--context says the same as a window', 'give one of them');
  }
  if (window !== undefined && origins.indexOf(windowOrigin) <= origins.indexOf(origin)) return spec;
  const { kind = 'sinks', sinks = defaultSinks } = spec;
  if (kind === 'sinks' && sinks >= context) {
    throw usageError(`--context ${context} leaves no window beside ${sinks} sinks`, 'use a larger --context');
  }
  return { ...others, capacity: context };
}

function partsFrom({ policy, sinks, window, block }: PolicyOptions, originOf: OriginOf): Partial<PolicySpec> {
  const numbers = { sinks, window, block };
  const given = Object.entries(numbers).filter(([, value]) => value !== undefined);
  if (originOf('policy') !== 'option') {
    const kept = sinks !== undefined && policy?.kind !== 'sinks' ? undefined : policy;
    return { ...kept, ...Object.fromEntries(given) };
  }
  const [first] = given;
  if (policy !== undefined && first !== undefined && Object.keys(policy).length > 1) {
    throw usageError(`--${first[0]} cannot be combined with numbers in --policy`, 'write all numbers in the policy');
  }
  const kind = policy?.kind ?? 'sinks';
  if (sinks !== undefined && kind !== 'sinks') throw usageError(`--sinks has no meaning with --policy ${kind}`);
  return { ...policy, ...Object.fromEntries(given) };
}

/** Files in order, `-` for standard input; without any, standard input where something is connected to it. */
export function sourcesFrom(files: readonly string[], io: Io, command = 'stream'): Source[] {
  if (files.length > 0) {
    if (files.includes('')) throw usageError('a document has no name', 'is a variable of the shell empty?');
    if (files.filter((file) => file === '-').length > 1) throw usageError('standard input (-) can be read once only');
    return files.map((file) => (file === '-' ? io.stdin : file));
  }
  if (!io.isStdinConnected()) {
    throw usageError('no input', `try: unspool ${command} FILE, or: zcat LOG.gz | unspool ${command}`);
  }
  return [io.stdin];
}

/** The name of a file or a folder. */
export function parseName(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a name.');
  return text;
}

/** What a parser of options takes, for completions. `list`: several, separated by commas. */
export interface Choices {
  readonly choices: readonly string[];
  readonly list: boolean;
}

export function withChoices<Parser extends object>(
  parser: Parser,
  choices: readonly string[],
  list = false,
): Parser & Choices {
  return Object.assign(parser, { choices, list });
}

const policyKinds: readonly PolicyKind[] = ['sinks', 'window', 'recompute', 'dense'];

/** Two or more, separated by commas. */
export const parsePolicies = withChoices(
  (text: string): readonly PolicySpec[] => {
    const specs = text.split(',').map(readPolicy);
    if (specs.length < 2) throw new InvalidArgumentError('Give two policies or more, separated by commas.');
    return specs;
  },
  policyKinds,
  true,
);

const parsePolicy = withChoices(readPolicy, policyKinds);

function readPolicy(text: string): PolicySpec {
  const spec = parsePolicySpec(text);
  if (spec === undefined) throw new InvalidArgumentError(`Write ${policyGrammar}.`);
  if (spec.sinks === 0) throw new InvalidArgumentError('Without sinks, it is window:W.');
  if (spec.window === 0 || spec.block === 0) throw new InvalidArgumentError('Window and block start at 1.');
  return spec;
}

export interface ReadingOptions {
  readonly from?: Format;
  readonly encoding?: string;
}

export function addReadingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--from <format>',
        'what documents are: text (as it is, tags and all), html or epub (default: by content)',
      ).argParser(parseChoice<Format>('text', 'html', 'epub')),
    )
    .option(
      '--encoding <name>',
      'of text and HTML without a byte order mark: windows-1252, shift_jis … (default: UTF-8, or what a page declares)',
      parseName,
    );
}

/** The option of commands that read documents in part. */
export function limitOption(): Option {
  return new Option('--limit <size>', 'only the first part of each document: 64KiB, 10MB or 20000tok').argParser(
    parseLimit,
  );
}

/** `others`: what else the option takes, for the error. */
export function parseCount(least: number, others = ''): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value < least)
      throw new InvalidArgumentError(`Give a whole number from ${least} up${others}.`);
    return value;
  };
}

/** `gpuLayers` is written gpu-layers. */
export function flagOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function parseNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d*\.?\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
    return value;
  };
}

export function parseChoice<Choice extends string>(
  ...choices: readonly Choice[]
): ((text: string) => Choice) & Choices {
  const parse = (text: string): Choice => {
    const choice = choices.find((each) => each === text);
    if (choice === undefined) throw new InvalidArgumentError(`Give ${choices.join(' or ')}.`);
    return choice;
  };
  return withChoices(parse, choices);
}

/** Collects the texts of an option that may be given several times. */
export function addText(text: string, before: readonly string[] | undefined): readonly string[] {
  if (text === '') throw new InvalidArgumentError('An empty text is everywhere.');
  return [...(before ?? []), text];
}

/** Collects questions, each of which has a word to look for. */
export function addQuestion(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!isQuestion(text)) throw new InvalidArgumentError('Give a question, with a word to look for.');
  return [...(before ?? []), text];
}

export function isQuestion(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Collects choices, separated by commas, of an option that may be given several times; each once. */
export function parseChoices<Choice extends string>(
  ...choices: readonly Choice[]
): ((text: string, before: readonly Choice[] | undefined) => readonly Choice[]) & Choices {
  const parse = (text: string, before: readonly Choice[] | undefined): readonly Choice[] => {
    const chosen = text.split(',').map((name) => choices.find((each) => each === name.trim()));
    if (chosen.includes(undefined))
      throw new InvalidArgumentError(`Give one of ${choices.join(', ')}, or several, separated by commas.`);
    return [...new Set([...(before ?? []), ...chosen.filter((each) => each !== undefined)])];
  };
  return withChoices(parse, choices, true);
}

/** Powers of 1000 with a B, of 1024 without or with iB, as in GNU coreutils. */
const unitSizes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `64KiB`, `10MB`, `5000` (bytes) or `20000tok`. */
export function parseLimit(text: string): Limit {
  const [, number = '', unit = 'b'] = /^(\d+(?:\.\d+)?)([a-z]+)?$/i.exec(text) ?? [];
  const key = unit.toLowerCase();
  const size = key === 'tok' ? 1 : unitSizes[key];
  const value = Math.floor(Number(number) * (size ?? 0));
  if (size === undefined || value < 1)
    throw new InvalidArgumentError('Give a size such as 64KiB or 10MB, or 20000tok.');
  return key === 'tok' ? { tokens: value } : { bytes: value };
}
