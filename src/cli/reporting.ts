// Chooses the reporters for the options and the terminal at hand.

import type { RunEvent } from '../engine/events.js';
import type { Reporter } from '../engine/reporter.js';
import type { Display } from '../reporters/display.js';
import { jsonReporter } from '../reporters/json.js';
import { warningReporter } from '../reporters/warnings.js';
import type { Io } from './io.js';
import type { OutputOptions } from './options.js';
import type { Output } from './output.js';

/** What people read of a task: `results` on standard output, `account` on standard error. */
export interface View {
  readonly results: (write: (text: string) => void) => Reporter;
  readonly account: (write: (text: string) => void) => Reporter;
  /** Events that are results of this task, and steps of the engine elsewhere. */
  readonly inJson?: readonly RunEvent['event'][];
  /** What happens before the first document; the model loads where it says nothing. */
  readonly opening?: string;
}

/** Results go to `output`; warnings, and unless quiet the account, to standard error; `display` is there meanwhile. */
export function combineReporters(
  view: View,
  options: OutputOptions,
  output: Output,
  display: Display | undefined,
  io: Io,
): Reporter {
  const note = (text: string): void => {
    if (display === undefined) io.stderr.write(text);
    else display.print(text);
  };
  const write = display !== undefined && options.output === undefined && io.isOneTerminal() ? note : output.write;
  return inStep([
    options.json === true ? jsonReporter(write, options.events === true, view.inJson) : view.results(write),
    warningReporter(note),
    ...(options.quiet === true ? [] : [view.account(note)]),
    ...(display === undefined ? [] : [display]),
  ]);
}

/** Several reporters as one. */
export function inStep(reporters: readonly Reporter[]): Reporter {
  return {
    handle(event: RunEvent) {
      for (const reporter of reporters) reporter.handle(event);
    },
    close() {
      for (const reporter of reporters) reporter.close();
    },
  };
}
