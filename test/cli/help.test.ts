// --help: its width, what it says, and its examples that run no model.

import { describe, expect, it } from 'vitest';
import { sectionsOf } from '../../src/cli/help.js';
import { commandsBelow, program } from '../support/program.js';
import { runsModel, testExamples } from './examples.js';

const commands = commandsBelow(program);

function helpOf(called: string, columns: number): string {
  const command = commands.find((each) => each.called === called)?.command;
  command?.configureOutput({ getOutHelpWidth: () => columns });
  return command?.helpInformation() ?? '';
}

describe.each(commands)('the help of $called', ({ called, command }) => {
  it('keeps to 80 columns, and to 60 but for lines that are to be copied', () => {
    const lines = helpOf(called, 80).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const narrow = helpOf(called, 60).split('\n');
    const examples = sectionsOf(command).flatMap((section) => ('lines' in section ? section.lines : []));
    const isCopied = (line: string): boolean => line.startsWith('Usage:') || examples.includes(line.trim());
    expect(narrow.filter((line) => line.length > 60 && !isCopied(line))).toEqual([]);
  });

  it('says what each command, argument and option is, and gives an example', () => {
    expect(command.description()).not.toBe('');
    for (const { description } of [...command.options, ...command.registeredArguments])
      expect(description).not.toBe('');
    for (const each of command.commands) expect(each.summary()).not.toBe('');
    expect(helpOf(called, 80)).toMatch(/\nExamples:\n {2}\S/);
  });
});

describe('an example', () => {
  testExamples((line) => !runsModel(line));
});
