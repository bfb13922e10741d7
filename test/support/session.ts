// Runs of commands inside a test.

import type { Outcome } from '../../src/cli/command.js';
import { processIo } from '../../src/cli/io.js';
import { createProgram } from '../../src/cli/program.js';
import { commands } from '../../src/commands/commands.js';
import { Session } from '../../src/commands/run/session.js';
import type { RunEvent } from '../../src/engine/events/events.js';
import { RunControl } from '../../src/engine/progress/run-control.js';

export interface CollectingOptions {
  readonly signal?: AbortSignal;
  readonly control?: RunControl;
  /** As `run-start` has it. */
  readonly command?: string;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Does work in a session that keeps all events. */
export async function inSession(
  work: (session: Session) => Promise<void>,
  {
    signal = new AbortController().signal,
    control = new RunControl(),
    command = 'test',
    onEvent,
  }: CollectingOptions = {},
): Promise<{ readonly events: readonly RunEvent[]; readonly outcome: Outcome }> {
  const events: RunEvent[] = [];
  const report = (event: RunEvent): void => {
    events.push(event);
    onEvent?.(event);
  };
  const session = new Session({ version: '0.0.0', command, originOf: () => 'default' }, signal, control, report);
  const outcome = await session.conduct(work);
  return { events, outcome };
}

/** A command line in this process, as far as its checks: rejects with what is wrong with it. */
export async function called(args: readonly string[]): Promise<void> {
  const program = createProgram('0.0.0', commands, async ({ run }, line) => {
    await run?.({ ...line, version: '0.0.0', commandLine: '', io: processIo } as never);
  });
  await program.parseAsync(['node', 'unspool', ...args]);
}
