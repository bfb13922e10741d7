// Manual pages of section 1 from the command tree, so that they cannot say anything else than --help does.

import type { Command, Help } from 'commander';
import { sectionsOf, type Section } from './help.js';

/** Pages of section 7, beside the commands whose pages name them; that of the program names all. */
export const guides: Readonly<Record<string, readonly string[]>> = {
  'unspool-answers': ['stream'],
  'unspool-backends': ['stream', 'analyze', 'pause-eval', 'prompt', 'models', 'config'],
  'unspool-digest': ['stream'],
  'unspool-documents': ['stream', 'analyze', 'prompt'],
  'unspool-json': ['stream', 'analyze', 'pause-eval', 'prompt', 'models', 'config'],
  'unspool-memory': ['stream', 'analyze'],
  'unspool-pauses': ['pause-eval'],
  'unspool-perplexity': ['stream', 'analyze'],
  'unspool-prompts': ['prompt'],
  'unspool-tokens': ['analyze', 'prompt'],
};

/** File name and roff source (man(7) macros) of a page for the program and for each of its commands. */
export function manualPages(program: Command, version: string): { readonly name: string; readonly text: string }[] {
  const commands = visibleCommands(program);
  const pageNames = commands.map((command) => `${program.name()}-${command.name()}`);
  const source = (name: string, body: readonly string[], others: readonly string[], about: readonly string[]): string =>
    [...opener(name, 1, version, 'User Commands'), ...body, ...seeAlso(others, about)].join('\n');
  const allGuides = Object.keys(guides);
  return [
    { name: program.name(), text: source(program.name(), programBody(program), pageNames, allGuides) },
    ...commands.map((command, index) => {
      const name = pageNames[index] ?? '';
      const about = allGuides.filter((guide) => guides[guide]?.includes(command.name()));
      return { name, text: source(name, commandBody(command, name), [program.name()], about) };
    }),
  ];
}

/** What a page of any section opens with. */
export function opener(name: string, section: number, version: string, volume: string): string[] {
  // Names that are looked for and copied: no hyphens in them, no gaps.
  return [`.TH ${escape(name.toUpperCase())} ${section} "" "unspool ${version}" "${volume}"`, '.nh', '.ad l'];
}

/** The end of a page: those of section 1 and those of section 7 that a reader may want next. */
export function seeAlso(commands: readonly string[], about: readonly string[]): string[] {
  const pages = [...commands.map((name) => `${escape(name)} (1)`), ...about.map((name) => `${escape(name)} (7)`)];
  return [heading('See also'), pages.map((page) => `.BR ${page}`).join(',\n'), ''];
}

/** The program's page names its commands, each of which has a page of its own. */
function programBody(program: Command): string[] {
  return [
    ...opening(program, program.name(), lowerFirst(program.description()).replace(/\.$/, '')),
    heading('Commands'),
    ...visibleCommands(program).map((each) => item(invocationOf(each), each.summary())),
    ...optionSections(program),
    ...sectionsOf(program).flatMap(sectionSource),
  ];
}

/** A command's page describes the commands below it, too. */
function commandBody(command: Command, name: string): string[] {
  const below = visibleCommands(command);
  const examples = below.flatMap((each) => sectionsOf(each).filter((section) => section.heading === 'Examples'));
  const sections = sectionsOf(command).map((section) =>
    section.heading === 'Examples' && 'lines' in section
      ? {
          ...section,
          lines: [...new Set([...section.lines, ...examples.flatMap((each) => ('lines' in each ? each.lines : []))])],
        }
      : section,
  );
  return [
    ...opening(command, name, command.summary()),
    ...(below.length > 0 ? [heading('Commands'), ...below.flatMap(nestedCommand)] : []),
    ...(command.registeredArguments.length > 0 ? [heading('Arguments'), ...argumentItems(command)] : []),
    ...optionSections(command),
    ...sections.flatMap(sectionSource),
  ];
}

function opening(command: Command, name: string, summary: string): string[] {
  return [
    heading('Name'),
    `${escape(name)} \\- ${escape(summary)}`,
    heading('Synopsis'),
    `.B ${escape(invocationOf(command))}`,
    escape(command.usage()),
    heading('Description'),
    ...command
      .description()
      .split('\n\n')
      .map((paragraph, index) => `${index === 0 ? '' : '.PP\n'}${escape(paragraph)}`),
  ];
}

function nestedCommand(command: Command): string[] {
  const options = command.createHelp().visibleOptions(command).filter(isOwn);
  const details = [...argumentItems(command), ...options.map((option) => optionItem(command.createHelp(), option))];
  const usage = options.length > 0 ? command.usage() : command.usage().replace('[options]', '').trim();
  return [
    item(`${invocationOf(command)} ${usage}`.trim(), command.description()),
    ...(details.length > 0 ? ['.RS', ...details, '.RE'] : []),
  ];
}

function argumentItems(command: Command): string[] {
  const helper = command.createHelp();
  return helper
    .visibleArguments(command)
    .map((each) => item(helper.argumentTerm(each), helper.argumentDescription(each)));
}

type VisibleOption = ReturnType<Help['visibleOptions']>[number];

/** --help is told once a page. */
function isOwn(option: VisibleOption): boolean {
  return option.long !== '--help';
}

function optionItem(helper: Help, option: VisibleOption): string {
  return item(helper.optionTerm(option), helper.optionDescription(option));
}

function optionSections(command: Command): string[] {
  const helper = command.createHelp();
  const groupOf = (option: VisibleOption): string => option.helpGroupHeading ?? 'Options:';
  const options = helper.visibleOptions(command);
  return [...new Set(options.map(groupOf))].flatMap((group) => [
    heading(group.replace(/:$/, '')),
    ...options.filter((option) => groupOf(option) === group).map((option) => optionItem(helper, option)),
  ]);
}

function sectionSource(section: Section): string[] {
  const body =
    'lines' in section
      ? ['.nf', ...section.lines.map(escape), '.fi']
      : section.items.map(([term, description]) => item(term, description));
  return [heading(section.heading), ...body];
}

/** commander's own `help` says nothing that a page does not. */
function visibleCommands(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== 'help');
}

function invocationOf(command: Command): string {
  return command.parent === null ? command.name() : `${invocationOf(command.parent)} ${command.name()}`;
}

export function heading(text: string): string {
  return `.SH ${text.toUpperCase()}`;
}

function item(term: string, description: string): string {
  return `.TP\n.B ${escape(term)}\n${escape(description)}`;
}

/** Text as roff: hyphens and quotes that can be copied, and no line that starts a request. */
export function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replace(/[^\0-\x7f]/gu, (letter) => `\\[u${codePoint(letter)}]`)
    .replace(/^([.'])/gm, '\\&$1');
}

/** In hexadecimal, of four digits at least. */
function codePoint(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
