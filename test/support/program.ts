// The command tree, and a walk over it.

import type { Command } from 'commander';
import { createProgram, type Actions } from '../../src/cli/program.js';

/** The tree alone: its commands do nothing. */
export const program = createProgram('0.0.0', {} as Actions);

/** A command as it is called, and all commands below it; without commander's `help`. */
export function commandsBelow(command: Command, called = command.name()): { called: string; command: Command }[] {
  const below = command.commands.flatMap((each) => commandsBelow(each, `${called} ${each.name()}`));
  return [{ called, command }, ...below];
}
