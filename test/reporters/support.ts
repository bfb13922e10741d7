// What text reporters write for constructed events.

import type { RunEvent } from '../../src/engine/events/events.js';
import type { Reporter } from '../../src/engine/events/reporter.js';
import type { Screen } from '../../src/reporters/screen.js';

export const document = { index: 0, name: 'book.txt' };
export const terminal: Screen = { columns: 80, color: false };
export const narrow: Screen = { columns: 40, color: false };
export const colored: Screen = { columns: 80, color: true };
export const pipe: Screen = { columns: Infinity, color: false };

const account = {
  bytes: 0,
  lines: 0,
  skippedLines: 0,
  skippedBytes: 0,
  invalidBytes: 0,
  controlCharacters: 0,
  tokens: { read: 0, scored: 0, evicted: 0, inView: 0, skipped: 0 },
};
export function documentEnd(label = document): RunEvent {
  return { event: 'document-end', document: label, account, perplexity: null, ended: 'end', error: null };
}

/** The text of a reporter after these events and the end of their document. */
export function textOf(
  create: (write: (text: string) => void, screen: Screen) => Reporter,
  events: readonly RunEvent[],
  screen: Screen,
): string {
  let text = '';
  const reporter = create((part) => (text += part), screen);
  for (const event of [...events, documentEnd()]) reporter.handle(event);
  reporter.close();
  return text;
}

/** The longest line, without styles. */
export function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
