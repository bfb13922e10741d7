// Chooses the reporters for the options and the terminal at hand.

import type { Io } from '../../cli/io.js';
import type { Output } from '../../cli/output.js';
import type { RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import type { Display } from '../../reporters/display.js';
import { jsonReporter } from '../../reporters/json.js';
import type { Screen } from '../../reporters/screen.js';
import { warningReporter } from '../../reporters/warnings.js';
import type { OutputOptions } from '../options/output.js';
import type { TaskView } from './task-view.js';

/** Results go to `output`; warnings, and unless quiet the account, to standard error; `display` is there meanwhile. */
export function combineReporters(
  view: TaskView,
  screen: Screen,
  options: Pick<OutputOptions, 'output' | 'json' | 'events' | 'quiet'>,
  output: Output,
  display: Display | undefined,
  io: Io,
): Reporter {
  const print = (text: string): void => {
    if (display === undefined) io.stderr.write(text);
    else display.print(text);
  };
  const isShared = options.output === undefined && io.isOneTerminal();
  const lines = isShared ? wholeLines(display === undefined ? output.write : print, print) : undefined;
  const { write, note } = lines ?? { write: output.write, note: print };
  return inStep([
    ...(lines === undefined ? [] : [lines]),
    options.json === true ? jsonReporter(write, options.events === true, view.inJson) : view.results(write, screen),
    warningReporter(note),
    ...(options.quiet === true ? [] : [view.account(note)]),
    ...(display === undefined ? [] : [display]),
  ]);
}

/** Where results and notes go to one terminal: a note waits for the end of the line that results are at. */
function wholeLines(writeResult: (text: string) => void, writeNote: (text: string) => void) {
  let isOpen = false;
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '') writeNote(isOpen ? `\n${waiting}` : waiting);
    waiting = '';
  };
  return {
    write: (text: string): void => {
      const end = text.lastIndexOf('\n') + 1;
      if (end > 0) {
        writeResult(text.slice(0, end));
        isOpen = false;
        flush();
      }
      if (end < text.length) writeResult(text.slice(end));
      if (text !== '') isOpen = end < text.length;
    },
    note: (text: string): void => {
      if (isOpen) waiting += text;
      else writeNote(text);
    },
    handle: () => undefined,
    close: flush,
  };
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
