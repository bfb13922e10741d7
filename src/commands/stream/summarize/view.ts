// Summaries for people: of one document its text alone, of several each below its name.

import type { RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { accountReporter } from '../../../reporters/account.js';
import { printable, printableText } from '../../../reporters/format.js';
import type { TaskView } from '../../run/task-view.js';

function summaryReporter(write: (text: string) => void): Reporter {
  let documents = 1;
  let shown = 0;
  return {
    handle(event: RunEvent) {
      if (event.event === 'run-start') documents = event.documents;
      if (event.event !== 'summary') return;
      const name = documents > 1 ? `${shown > 0 ? '\n' : ''}${printable(event.document.name)}\n\n` : '';
      shown += 1;
      write(`${name}${printableText(event.text)}\n`);
    },
    close: () => undefined,
  };
}

export const summaryView: TaskView = { results: summaryReporter, account: (write) => accountReporter(write) };
