// Results and notes on one terminal.

import { expect, it } from 'vitest';
import type { Io } from '../../../src/cli/io.js';
import { combineReporters } from '../../../src/commands/run/reporting.js';
import type { TaskView } from '../../../src/commands/run/task-view.js';
import type { RunEvent } from '../../../src/engine/events/events.js';
import type { Reporter } from '../../../src/engine/events/reporter.js';

const document = { index: 0, name: 'a.txt' };
const delta = (text: string): RunEvent => ({ event: 'text-delta', document, text });
const estimate: RunEvent = { event: 'estimate', document, seconds: 60 };

function printedOn(isOneTerminal: boolean): string {
  let printed = '';
  const print = (text: string): void => void (printed += text);
  const telling = (name: RunEvent['event'], write: (text: string) => void): Reporter => ({
    handle: (event) => {
      if (event.event === name) write(event.event === 'text-delta' ? event.text : 'a note\n');
    },
    close: () => undefined,
  });
  const view: TaskView = {
    results: (write) => telling('text-delta', write),
    account: (write) => telling('estimate', write),
  };
  const io = { stderr: { write: print }, isOneTerminal: () => isOneTerminal } as unknown as Io;
  const output = { write: print, commit: () => undefined, discard: () => undefined };
  const nothingAsked = { output: undefined, json: undefined, events: undefined, quiet: undefined };
  const reporter = combineReporters(view, { columns: Infinity, color: false }, nothingAsked, output, undefined, io);
  for (const event of [delta('Call '), estimate, delta('me Ishmael.\nSome '), estimate, delta('years')])
    reporter.handle(event);
  reporter.close();
  return printed;
}

it('keeps a note out of an unfinished line of results', () => {
  expect(printedOn(true)).toBe('Call me Ishmael.\na note\nSome years\na note\n');
});

it('writes notes at once where they go elsewhere', () => {
  expect(printedOn(false)).toBe('Call a note\nme Ishmael.\nSome a note\nyears');
});
