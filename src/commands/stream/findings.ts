// Passages, anomalies and generated text for people: each with where it stands, as grep and compilers print it.

import type { LineRange, RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { accountReporter } from '../../reporters/account.js';
import { chapterNote, printable } from '../../reporters/format.js';
import type { TaskView } from '../run/task-view.js';

function findingsReporter(write: (text: string) => void): Reporter {
  let inLine = false;
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'passage': {
          const count = event.count > 1 ? ` (${event.count} lines like it)` : '';
          write(
            `${lineReference(event.document.name, event.lines)}:${event.text}${count}${chapterNote(event.chapter)}\n`,
          );
          break;
        }
        case 'anomaly': {
          const burst = event.count > 1 ? ` (${event.count} such lines in ${event.lines.join('-')})` : '';
          write(
            `${lineReference(event.document.name, [event.line, event.line])}:${event.text}${burst}${chapterNote(event.chapter)}\n`,
          );
          break;
        }
        case 'text-delta':
          inLine = !event.text.endsWith('\n');
          write(event.text);
          break;
        case 'document-end':
          // The shell's prompt starts on a line of its own.
          if (inLine) write('\n');
          inLine = false;
          break;
        default:
          break;
      }
    },
    close: () => undefined,
  };
}

/** `services.log:17643-17644`: never grouped, so that editors and scripts can read it. */
export function lineReference(name: string, [first, last]: LineRange): string {
  return `${printable(name)}:${first === last ? first : `${first}-${last}`}`;
}

export const findingsView: TaskView = { results: findingsReporter, account: (write) => accountReporter(write) };
