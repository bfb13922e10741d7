// Warnings as they come, also where nothing else is shown.

import type { RunEvent } from '../engine/events.js';
import type { Reporter } from '../engine/reporter.js';
import { printable } from './format.js';

export function warningReporter(write: (text: string) => void): Reporter {
  return {
    handle(event: RunEvent) {
      if (event.event !== 'warning') return;
      write(`unspool: warning: ${printable(event.message)}${event.hint === null ? '' : ` (${event.hint})`}\n`);
    },
    close: () => undefined,
  };
}
