// Warnings as they come, also where nothing else is shown.

import type { RunEvent } from '../engine/events/events.js';
import type { Reporter } from '../engine/events/reporter.js';
import { printable } from './format.js';

export function warningReporter(write: (text: string) => void): Reporter {
  return {
    handle(event: RunEvent) {
      if (event.event !== 'warning') return;
      const hint = event.hint === null ? '' : ` (${event.hint})`;
      write(`unspool: warning: ${printable(event.message + hint)}\n`);
    },
    close: () => undefined,
  };
}
