// Passages, anomalies and generated text for people: each with where it stands, as grep and compilers print it.

import type { Anomaly, LogOverview, Passage, RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { accountReporter } from '../../reporters/account.js';
import { chapterNote } from '../../reporters/format.js';
import type { Screen } from '../../reporters/screen.js';
import type { TaskView } from '../run/task-view.js';
import { changedPassage } from './change-layout.js';
import { lineReference } from './line-reference.js';
import { logOverview, logPassage } from './log-layout.js';
import { passageLayout } from './passage-layout.js';
import { inOneLine } from './record-layout.js';

function findingsReporter(write: (text: string) => void, screen: Screen): Reporter {
  let inLine = false;
  let overview: LogOverview | undefined;
  /** Of prose, on a terminal, where they stand under headings. */
  let prose: Passage[] = [];

  function passage(event: Passage): void {
    const { finding, comparison } = event;
    if (finding !== undefined) write(logPassage({ ...event, finding }, overview, screen));
    else if (comparison !== undefined) write(changedPassage({ ...event, comparison }, screen));
    else if (screen.columns === Infinity) write(passageLine(event));
    else prose.push(event);
  }

  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'log-overview':
          overview = event;
          write(logOverview(event, screen));
          break;
        case 'passage':
          passage(event);
          break;
        case 'anomaly':
          write(anomalyLine(event));
          break;
        case 'text-delta':
          inLine = !event.text.endsWith('\n');
          write(event.text);
          break;
        case 'document-end':
          write(passageLayout(prose, screen));
          prose = [];
          overview = undefined;
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

function passageLine({ document, lines, text, chapter }: Passage): string {
  return `${lineReference(document.name, lines)}:${text}${chapterNote(chapter)}\n`;
}

function anomalyLine({ document, line, lines, text, count, reasons, chapter }: Anomaly): string {
  const burst = count > 1 ? [`${count} such lines in ${lines.join('-')}`] : [];
  const why = reasons === undefined || reasons.length === 0 ? [] : [reasons.join(', ')];
  const notes = [...why, ...burst];
  const note = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  return `${lineReference(document.name, [line, line])}:${inOneLine(text)}${note}${chapterNote(chapter)}\n`;
}

/** Beside a reference, which is the first document. */
export const changesView: TaskView = {
  results: findingsReporter,
  account: (write) => accountReporter(write, { hasReference: true }),
};

export const findingsView: TaskView = { results: findingsReporter, account: (write) => accountReporter(write) };
