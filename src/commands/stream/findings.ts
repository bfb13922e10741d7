// Passages, anomalies and generated text for people: each with where it stands, as grep and compilers print it.

import type { Comparison, LineRange, Passage, RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { accountReporter } from '../../reporters/account.js';
import { chapterNote, countWithNoun, digits, groupDigits, printable } from '../../reporters/format.js';
import type { TaskView } from '../run/task-view.js';

function findingsReporter(write: (text: string) => void): Reporter {
  let inLine = false;
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'passage': {
          const [head = '', ...rest] = event.text.split('\n');
          const note = event.comparison === undefined ? likeIt(event.count) : comparisonNote(event, event.comparison);
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

function likeIt(count: number): string {
  return count > 1 ? ` (${count} lines like it)` : '';
}

/** ` (12 times as often, 95% 8 to 18)`. */
function comparisonNote({ count }: Passage, { kind, reference, ratio }: Comparison): string {
  if (kind === 'new') return ` (new, ${countWithNoun(count, 'line')})`;
  if (kind === 'gone' || ratio === null) return ` (gone: ${groupDigits(reference)} in the reference)`;
  const [low, estimate, high] = ratio.map((value) => digits(value, 2));
  return ` (${estimate} times as often, 95% ${low} to ${high})`;
}

/** `services.log:17643-17644`: never grouped, so that editors and scripts can read it. */
export function lineReference(name: string, [first, last]: LineRange): string {
  return `${printable(name)}:${first === last ? first : `${first}-${last}`}`;
}

export const findingsView: TaskView = { results: findingsReporter, account: (write) => accountReporter(write) };
