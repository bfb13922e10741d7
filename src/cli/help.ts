// What help and manual pages show below the options of a command.

import { Help, type Command } from 'commander';
import { preferencesOf } from './preferences.js';

/** A text below the options: lines as they are, or terms and what they mean. */
export type Section = { readonly heading: string } & (
  { readonly lines: readonly string[] } | { readonly items: readonly (readonly [term: string, description: string])[] }
);

/** A section as it is for a command. */
export type SectionOf = (command: Command) => Section;

const sections = new WeakMap<Command, readonly SectionOf[]>();

/** The sections below a command's options, for help and manual page alike. */
export function sectionsOf(command: Command): readonly Section[] {
  return (sections.get(command) ?? []).map((sectionOf) => sectionOf(command));
}

/** Gives a command its sections: examples, then what holds for commands of its kind. */
export function describe(
  command: Command,
  examples: readonly string[],
  others: readonly SectionOf[] = [exitStatusOfRuns, environment],
): void {
  // Their own help tells what they take.
  command.configureHelp({ formatHelp, minWidthToWrap: 18, subcommandTerm: (each) => each.name() });
  sections.set(command, [() => ({ heading: 'Examples', lines: examples }), ...others]);
}

/** What an exit status means for most commands. */
export const exitDone = ['0', 'done; also when the reader of standard output has left'] as const;
export const exitWrongUsage = ['2', 'wrong usage, also in the environment or in the config file'] as const;

/** Of commands that read documents. */
function exitStatusOfRuns(): Section {
  const items = [
    exitDone,
    ['1', 'failed, or a document could not be read to its end'],
    exitWrongUsage,
    ['130', 'interrupted, after the partial result was printed'],
  ] as const;
  return { heading: 'Exit status', items };
}

/** Of commands that do one thing at once. */
export function exitStatus(): Section {
  return { heading: 'Exit status', items: [exitDone, ['1', 'failed'], exitWrongUsage] };
}

/** The variables that stand in for options of the command, or of those below it. */
export function environment(command: Command): Section {
  const preferences = preferencesOf(command);
  const variables = preferences.map(({ variable }) => variable).join(', ');
  const items: (readonly [string, string])[] = [
    ['UNSPOOL_*', `stand in for the options of that name: ${variables}`],
    ['UNSPOOL_CONFIG', 'the config file; empty for none (default: see unspool config path)'],
  ];
  if (preferences.some(({ key }) => key === 'server')) {
    items.push(['UNSPOOL_API_KEY', 'the key of --server, else OPENAI_API_KEY; shown nowhere']);
  }
  if (preferences.some(({ key }) => key === 'color')) {
    items.push(['NO_COLOR, FORCE_COLOR', 'turn colour off or on']);
  }
  return { heading: 'Environment', items };
}

/** commander's help, followed by the sections. */
function formatHelp(command: Command, helper: Help): string {
  const own = sectionsOf(command).map((section) => `${section.heading}:\n${body(section, helper)}`);
  return [Help.prototype.formatHelp.call(helper, command, helper), ...own].join('\n');
}

function body(section: Section, helper: Help): string {
  if ('lines' in section) return section.lines.map((line) => `  ${line}\n`).join('');
  const width = Math.max(...section.items.map(([term]) => term.length));
  return section.items.map(([term, text]) => `${helper.formatItem(term, width, text, helper)}\n`).join('');
}
