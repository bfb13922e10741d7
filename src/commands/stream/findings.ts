// Passages, anomalies and generated text for people: each with where it stands, as grep and compilers print it.

import type { LogOverview, RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { accountReporter } from '../../reporters/account.js';
import { chapterNote } from '../../reporters/format.js';
import type { Screen } from '../../reporters/screen.js';
import type { TaskView } from '../run/task-view.js';
import { lineReference } from './line-reference.js';
import { logOverview, logPassage } from './log-layout.js';

function findingsReporter(write: (text: string) => void, screen: Screen): Reporter {
  let inLine = false;
  let overview: LogOverview | undefined;
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'document-start':
          overview = undefined;
          break;
        case 'log-overview':
          overview = event;
          write(logOverview(event, screen));
          break;
        case 'passage': {
          const { finding } = event;
          if (finding !== undefined) {
            write(logPassage({ ...event, finding }, overview, screen));
            break;
          }
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

export const findingsView: TaskView = { results: findingsReporter, account: (write) => accountReporter(write) };
