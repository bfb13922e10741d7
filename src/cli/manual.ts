// Manual pages from the command tree, so that they cannot say anything else than --help does.

import type { Command } from 'commander';
import { sectionsOf } from './help.js';

/** File name and roff source (man(7) macros) of a page for the program and for each of its commands. */
export function manualPages(program: Command, version: string): { readonly name: string; readonly text: string }[] {
  const commands = program.commands.filter((command) => command.name() !== 'help');
  return [
    { name: program.name(), text: page(program, program.name(), version, commands) },
    ...commands.map((command) => {
      const name = `${program.name()}-${command.name()}`;
      return { name, text: page(command, `${program.name()} ${command.name()}`, version, []) };
    }),
  ];
}

function page(command: Command, invocation: string, version: string, commands: readonly Command[]): string {
  const helper = command.createHelp();
  const name = invocation.replace(' ', '-');
  const [summary = '', ...details] = command.description().split('\n\n');
  const options = helper.visibleOptions(command);
  const groups = [...new Set(options.map((option) => option.helpGroupHeading ?? 'Options:'))];
  return [
    `.TH ${name.toUpperCase()} 1 "" "unspool ${version}" "User Commands"`,
    heading('Name'),
    `${escape(name)} \\- ${escape(command.summary() || lowerFirst(summary).replace(/\.$/, ''))}`,
    heading('Synopsis'),
    `.B ${escape(invocation)}`,
    escape(command.usage()),
    heading('Description'),
    ...[summary, ...details].map((paragraph) => `.PP\n${escape(paragraph)}`),
    ...(commands.length > 0 ? [heading('Commands')] : []),
    ...commands.map((each) => item(`${invocation} ${each.name()}`, each.summary())),
    ...(command.registeredArguments.length > 0 ? [heading('Arguments')] : []),
    ...helper
      .visibleArguments(command)
      .map((each) => item(helper.argumentTerm(each), helper.argumentDescription(each))),
    ...groups.flatMap((group) => [
      heading(group.replace(/:$/, '')),
      ...options
        .filter((option) => (option.helpGroupHeading ?? 'Options:') === group)
        .map((option) => item(helper.optionTerm(option), helper.optionDescription(option))),
    ]),
    ...sectionsOf(command).flatMap((section) => [heading(section.heading), '.nf', ...section.lines.map(escape), '.fi']),
    heading('See also'),
    commands.length > 0
      ? commands.map((each) => `.BR ${escape(`${invocation}-${each.name()}`)} (1)`).join('\n')
      : `.BR ${escape(invocation.split(' ')[0] ?? '')} (1)`,
    '',
  ].join('\n');
}

function heading(text: string): string {
  return `.SH ${text.toUpperCase()}`;
}

function item(term: string, description: string): string {
  return `.TP\n.B ${escape(term)}\n${escape(description)}`;
}

/** Text as roff: hyphens that can be copied, and no line that starts a request. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
