// The text itself, the more surprising the warmer: shades behind its tokens, and the text alone without colour.

import type { RunEvent, ScoredPiece } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { printableText } from '../../../reporters/format.js';
import { stylesOf, type Screen } from '../../../reporters/screen.js';
import { accountReporter } from '../../../reporters/account.js';
import type { TaskView } from '../../run/task-view.js';
import { surpriseTable } from './view.js';

interface Shade {
  /** In nats: a probability of about 1 in 20, 400, 8,000 and 160,000 or less. */
  readonly from: number;
  /** Of the 256 colours. Its text is black, which reads on all of them, whatever the terminal's own colours are. */
  readonly background: number;
}
const shades: readonly Shade[] = [
  { from: 3, background: 229 },
  { from: 6, background: 221 },
  { from: 9, background: 215 },
  { from: 12, background: 203 },
];
const black = 16;

/** With colour, each document ends with a line that explains the shades. */
export function heatReporter(write: (text: string) => void, screen: Screen): Reporter {
  const styles = stylesOf(screen);
  const paint = (text: string, { background }: Shade): string => styles.bgAnsi256(background).ansi256(black)(text);
  const shaded = ({ text, nats }: ScoredPiece): string => {
    const shade = shades.findLast(({ from }) => nats !== null && nats >= from);
    return shade === undefined ? printableText(text) : paint(printableText(text), shade);
  };
  let last: ScoredPiece | undefined;
  return {
    handle(event: RunEvent) {
      if (event.event === 'scored-text') {
        write(event.pieces.map(shaded).join(''));
        last = event.pieces.findLast(({ text }) => text !== '') ?? last;
      } else if (event.event === 'document-end') {
        if (last === undefined) return;
        // The shell's prompt, or the next document, starts on a line of its own.
        if (!last.text.endsWith('\n')) write('\n');
        if (screen.color) write(`nats: ${shades.map((shade) => paint(` ${shade.from}+ `, shade)).join('')}\n`);
        last = undefined;
      }
    },
    close: () => undefined,
  };
}

export const heatView: TaskView = {
  results: heatReporter,
  account: (write) => accountReporter(write),
  csv: surpriseTable,
  inJson: ['line-surprise', 'scored-text'],
};
