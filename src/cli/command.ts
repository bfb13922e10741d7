// A command as data: what the command line, help, manual pages and completions are made from.

import type { Command } from 'commander';
import type { UnspoolError } from '../errors.js';
import type { FlagGroup, OptionsOf, OriginOf, Parser } from './flags.js';
import type { SectionOf } from './help.js';
import type { Io } from './io.js';

/** How a command ends, for the exit code. */
export interface Outcome {
  /** `findings`: it ran, and the answer is no. */
  readonly status: 'done' | 'interrupted' | 'failed' | 'findings';
  /** One for each document that could not be read to its end. */
  readonly failures: readonly UnspoolError[];
}

export const done: Outcome = { status: 'done', failures: [] };

/** A command line, read. */
export interface Invocation<Options> {
  /** What stands beside the options, in order. */
  readonly words: readonly string[];
  readonly options: Options;
  readonly originOf: OriginOf;
  /** What was typed, as a shell would read it. */
  readonly commandLine: string;
  readonly version: string;
  readonly io: Io;
  /** The whole tree. */
  readonly program: Command;
}

export interface ArgumentDefinition {
  /** `[file...]` */
  readonly written: string;
  readonly help: string;
  readonly parse?: Parser<string>;
}

export interface CommandDefinition {
  readonly name: string;
  /** Of the list in the help of the program. */
  readonly heading?: string;
  readonly summary: string;
  readonly description: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly groups?: readonly FlagGroup[];
  readonly examples: readonly string[];
  /** Below the examples; those of a command that reads documents where nothing is said. */
  readonly sections?: readonly SectionOf[];
  /** Below this one. */
  readonly commands?: readonly CommandDefinition[];
  /** Whether it is the one that its parent is without the name of a command. */
  readonly isDefault?: boolean;
  /** Undefined for one that only holds others. */
  readonly run?: (invocation: Invocation<never>) => Promise<Outcome>;
}

interface Typed<Groups extends readonly FlagGroup[]> extends Omit<CommandDefinition, 'groups' | 'run'> {
  readonly groups?: Groups;
  /** Light to call: heavy modules load inside. */
  readonly run: (invocation: Invocation<OptionsOf<Groups>>) => Promise<Outcome>;
}

/** A command whose `run` gets the values of its groups. */
export function command<const Groups extends readonly FlagGroup[]>(definition: Typed<Groups>): CommandDefinition {
  return definition;
}
