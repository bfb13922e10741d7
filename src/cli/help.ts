// What help and manual pages show below the options of a command.

import { Help, type Command } from 'commander';

/** Texts that a command shows below its options, by heading. */
export interface Section {
  readonly heading: string;
  /** Lines, shown as they are. */
  readonly lines: readonly string[];
}

const sections = new WeakMap<Command, readonly Section[]>();

/** The sections below a command's options, for help and manual page alike. */
export function sectionsOf(command: Command): readonly Section[] {
  return sections.get(command) ?? [];
}

/** Gives a command its sections: examples, sections of its own, then what holds for every command. */
export function describe(command: Command, examples: readonly string[], own: readonly Section[] = []): void {
  command.configureHelp({ formatHelp });
  sections.set(command, [
    ...(examples.length > 0 ? [{ heading: 'Examples', lines: examples }] : []),
    ...own,
    { heading: 'Exit status', lines: exitStatus },
    { heading: 'Environment', lines: environment },
  ]);
}

const exitStatus = [
  '0    done; also when the reader of standard output has left',
  '1    failed, or a document could not be read to its end',
  '2    wrong usage',
  '130  interrupted, after the partial result was printed',
];

const environment = [
  'UNSPOOL_MODEL, UNSPOOL_THREADS    stand in for --model and --threads',
  'NO_COLOR, FORCE_COLOR             turn colour off or on',
];

/** commander's help, followed by the sections. */
function formatHelp(command: Command, helper: Help): string {
  const own = sectionsOf(command).map(
    ({ heading, lines }) => `${heading}:\n${lines.map((line) => `  ${line}\n`).join('')}`,
  );
  return [Help.prototype.formatHelp.call(helper, command, helper), ...own].join('\n');
}
