// Options of a command line as data: each is declared once, with its help, its parser, its default, and the tasks that it
// is for. The command tree, help, manual pages, completions and the types of the values are made from that.

import { Option, type Command } from 'commander';
import { usageError } from '../errors.js';
import { flagOf } from './parsers.js';

/** Turns a text into a value; `before` is the value of an option that may be given several times, as it is so far. */
export type Parser<Value> = (text: string, before: Value | undefined) => Value;

/** One option, named by its key in a group: `topP` is written --top-p. `Value`: what it is when all is parsed. */
export interface Flag<Value> {
  readonly help: string;
  /** What stands for its value, such as `<count>`; undefined for an option without one. */
  readonly takes: string | undefined;
  readonly parse: ((text: string, before: never) => Value) | undefined;
  /** One letter that is written for it, too. */
  readonly short: string | undefined;
  /** Whether it is written --no-NAME, and turns off what is on. */
  readonly negated: boolean;
  /** Where the command line is silent. */
  readonly usual: Value;
  /** The tasks that it means something for; undefined for all of its command. */
  readonly tasks: readonly string[] | undefined;
}

interface Details {
  readonly short?: string;
  readonly tasks?: readonly string[];
}

/** An option without a value. */
export function flag(help: string, { short, tasks }: Details = {}): Flag<true | undefined> {
  return { help, takes: undefined, parse: undefined, short, negated: false, usual: undefined, tasks };
}

/** `--no-NAME`: true unless it is given. */
export function negation(help: string): Flag<boolean> {
  return { help, takes: undefined, parse: undefined, short: undefined, negated: true, usual: true, tasks: undefined };
}

/** An option with a value, undefined where it is not given. */
export function option<Value>(
  takes: string,
  help: string,
  parse: Parser<Value>,
  { short, tasks }: Details = {},
): Flag<Value | undefined> {
  return { help, takes, parse, short, negated: false, usual: undefined, tasks };
}

/** An option with a value, and a default that help shows. */
export function optionWithDefault<Value>(
  takes: string,
  help: string,
  parse: Parser<Value>,
  usual: Value,
  { short, tasks }: Details = {},
): Flag<Value> {
  const shown = `${help} (default: ${String(usual)})`;
  return { help: shown, takes, parse, short, negated: false, usual, tasks };
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** Options under one heading of the help. */
export interface FlagGroup<Group extends Flags = Flags> {
  readonly heading: string;
  readonly flags: Group;
}

export function group<Group extends Flags>(heading: string, flags: Group): FlagGroup<Group> {
  return { heading, flags };
}

/** A group that other commands have too, whose options mean something for these tasks only. */
export function restrictToTasks<Group extends Flags>(
  { heading, flags }: FlagGroup<Group>,
  tasks: Readonly<Partial<Record<keyof Group, readonly string[]>>>,
): FlagGroup<Group> {
  const entries = Object.entries(flags).map(([name, each]) => [name, { ...each, tasks: tasks[name] ?? each.tasks }]);
  return { heading, flags: Object.fromEntries(entries) as Group };
}

/** What the options of a record come to. */
export type Values<Group extends Flags> = {
  readonly [Name in keyof Group]: Group[Name] extends Flag<infer Value> ? Value : never;
};

export type ValuesOf<Group extends FlagGroup> = Values<Group['flags']>;

/** What all of these groups give. */
export type OptionsOf<Groups extends readonly FlagGroup[]> = Groups extends readonly [
  infer First extends FlagGroup,
  ...infer Others extends readonly FlagGroup[],
]
  ? ValuesOf<First> & OptionsOf<Others>
  : unknown;

/** Of an option's value, in words for people, the strongest first. */
export const origins = ['option', 'environment', 'config file', 'default'] as const;
export type OptionOrigin = (typeof origins)[number];

/** Where an option's value came from. */
export type OriginOf = (option: string) => OptionOrigin;

export function originsOf(command: Command): OriginOf {
  const words: Readonly<Record<string, OptionOrigin>> = { cli: 'option', env: 'environment', config: 'config file' };
  return (name) => words[command.getOptionValueSource(name) ?? ''] ?? 'default';
}

export function addGroups(command: Command, groups: readonly FlagGroup[]): void {
  for (const { heading, flags } of groups) {
    command.optionsGroup(heading);
    for (const [name, each] of Object.entries(flags)) command.addOption(commanderOption(name, each));
  }
}

function commanderOption(name: string, { help, takes, parse, short, negated }: Flag<unknown>): Option {
  const long = `--${negated ? 'no-' : ''}${flagOf(name)}`;
  const written = [short === undefined ? long : `-${short}, ${long}`, ...(takes === undefined ? [] : [takes])];
  const made = new Option(written.join(' '), help);
  return parse === undefined ? made : made.argParser(parse as Parser<unknown>);
}

/** The values of a command line, with the defaults of what it leaves out. */
export function settledValues(command: Command, groups: readonly FlagGroup[]): Readonly<Record<string, unknown>> {
  const given: Readonly<Record<string, unknown>> = command.opts();
  const named = groups.flatMap(({ flags }) => Object.entries(flags));
  return Object.fromEntries(named.map(([name, { usual }]) => [name, given[name] ?? usual]));
}

/**
 * The task that a command line names, or the usual one. Throws a usage error where it names two, or gives an option that
 * means nothing for its task; what is set once for all is there for all tasks.
 */
export function chosenTask<Name extends string>(
  names: readonly Name[],
  named: readonly Name[],
  usual: Name,
  groups: readonly FlagGroup[],
  originOf: OriginOf,
): Name {
  const [chosen = usual, other] = named;
  if (other !== undefined) throw usageError(`--${chosen} and --${other} are two tasks`, 'give one of them');
  for (const [name, { tasks }] of groups.flatMap(({ flags }) => Object.entries(flags))) {
    if (tasks === undefined || tasks.includes(chosen) || originOf(name) !== 'option') continue;
    const others = names.filter((each) => tasks.includes(each)).join(' or --');
    throw usageError(`--${flagOf(name)} has no meaning with --${chosen}`, `use it with --${others}`);
  }
  return chosen;
}

/** Refuses the first of these options that is given. */
export function refuseGiven(names: readonly string[], originOf: OriginOf, why: string, hint: string): void {
  const given = names.find((name) => originOf(name) === 'option');
  if (given !== undefined) throw usageError(`--${flagOf(given)} has no meaning ${why}`, hint);
}

/** Refuses two options that say the same. */
export function refuseBoth(pairs: readonly (readonly [string, string])[], originOf: OriginOf): void {
  const both = pairs.find((pair) => pair.every((name) => originOf(name) === 'option'));
  if (both === undefined) return;
  const [one, other] = both.map(flagOf);
  throw usageError(`--${one ?? ''} and --${other ?? ''} say the same in two ways`, 'give one of them');
}
