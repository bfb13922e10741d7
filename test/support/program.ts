// The command tree, and a walk over it.

import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import { commands } from '../../src/commands/commands.js';

/** The tree alone: its commands do nothing. */
export const program = createProgram('0.0.0', commands, () => Promise.resolve());

/** A command as it is called, and all commands below it; without commander's `help`. */
export function commandsBelow(command: Command, called = command.name()): { called: string; command: Command }[] {
  const below = command.commands.flatMap((each) => commandsBelow(each, `${called} ${each.name()}`));
  return [{ called, command }, ...below];
}
