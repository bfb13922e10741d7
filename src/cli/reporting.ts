// Chooses the reporters for the options and the terminal at hand.

import type { RunEvent } from '../engine/events.js';
import type { Reporter } from '../engine/reporter.js';
import { jsonReporter } from '../reporters/json.js';
import { warningReporter } from '../reporters/warnings.js';
import { usageError } from '../errors.js';
import { wantsColor, type Io } from './io.js';
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

/** Results go to `output`; warnings, and unless quiet progress and the account, to standard error. */
export async function combineReporters(view: View, options: OutputOptions, output: Output, io: Io): Promise<Reporter> {
  if (options.events === true && options.json !== true) throw usageError('--events needs --json');
  const quiet = options.quiet === true;
  const progress =
    quiet || !io.stderr.isTTY
      ? undefined
      : (await import('../reporters/progress.js')).progressLine(
          io.stderr,
          wantsColor(io.stderr, io.environment, options.color),
          view.opening ?? 'loading the model',
        );
  const around = (write: () => void, leavesLineOpen = false): void => {
    if (progress === undefined) write();
    else progress.around(write, leavesLineOpen);
  };
  const toTerminal = options.output === undefined && io.stdout.isTTY;
  const write = (text: string): void => {
    around(
      () => {
        output.write(text);
      },
      toTerminal && !text.endsWith('\n'),
    );
  };
  const note = (text: string): void => {
    around(() => void io.stderr.write(text));
  };
  const reporters: Reporter[] = [
    options.json === true ? jsonReporter(write, options.events === true, view.inJson) : view.results(write),
    warningReporter(note),
    ...(quiet ? [] : [view.account(note)]),
    ...(progress === undefined ? [] : [progress]),
  ];
  return inStep(reporters);
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
