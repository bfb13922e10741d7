// Passages, anomalies and generated text for people: each with where it stands, as grep and compilers print it.

import type { Comparison, LogOverview, Passage, RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { accountReporter } from '../../reporters/account.js';
import { chapterNote, countWithNoun, digits, groupDigits } from '../../reporters/format.js';
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
          const [head = '', ...rest] = event.text.split('\n');
          const note = event.comparison === undefined ? '' : comparisonNote(event, event.comparison);
          write(`${lineReference(event.document.name, event.lines)}:${head}${note}${chapterNote(event.chapter)}\n`);
          for (const line of rest) write(`  ${line}\n`);
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

/** ` (12 times as often, 95% 8 to 18)`. */
function comparisonNote({ count }: Passage, { kind, reference, ratio }: Comparison): string {
  if (kind === 'new') return ` (new, ${countWithNoun(count, 'line')})`;
  if (kind === 'gone' || ratio === null) return ` (gone: ${groupDigits(reference)} in the reference)`;
  const [low, estimate, high] = ratio.map((value) => digits(value, 2));
  return ` (${estimate} times as often, 95% ${low} to ${high})`;
}

export const findingsView: TaskView = { results: findingsReporter, account: (write) => accountReporter(write) };
