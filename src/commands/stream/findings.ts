// Passages, anomalies and generated text for people: each with where it stands, as grep and compilers print it.

import type { LineRange, Passage, RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { accountReporter } from '../../reporters/account.js';
import { chapterNote, printable } from '../../reporters/format.js';
import type { Screen } from '../../reporters/screen.js';
import type { TaskView } from '../run/task-view.js';
import { passageLayout } from './passage-layout.js';

function findingsReporter(write: (text: string) => void, screen: Screen): Reporter {
  let inLine = false;
  /** Of the document, on a terminal: what it was read as, is told at its end. */
  let passages: Passage[] = [];
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'passage':
          if (screen.columns === Infinity) write(passageLine(event));
          else passages.push(event);
          break;
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
          write(event.readAs === 'prose' ? passageLayout(passages, screen) : passages.map(passageLine).join(''));
          passages = [];
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

function passageLine({ document, lines, text, count, chapter }: Passage): string {
  const like = count > 1 ? ` (${count} lines like it)` : '';
  return `${lineReference(document.name, lines)}:${text}${like}${chapterNote(chapter)}\n`;
}

/** `services.log:17643-17644`: never grouped, so that editors and scripts can read it. */
export function lineReference(name: string, [first, last]: LineRange): string {
  return `${printable(name)}:${first === last ? first : `${first}-${last}`}`;
}

export const findingsView: TaskView = { results: findingsReporter, account: (write) => accountReporter(write) };
