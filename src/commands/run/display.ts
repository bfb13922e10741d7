// What moves on the terminal while a run goes on: a screen, a line, or nothing.

import { wantsColor, type Io } from '../../cli/io.js';
import type { RunControl } from '../../engine/progress/run-control.js';
import type { Display } from '../../reporters/display.js';

/** `screen`: all of the run, with keys. */
export type DisplayKind = 'screen' | 'line' | 'nothing';

export interface DisplayRequest {
  readonly kind: DisplayKind;
  /** What happens before the first document. */
  readonly opening: string;
  readonly control: RunControl;
  readonly signal: AbortSignal;
  /** Asks the run to stop. */
  readonly stop: () => void;
}

/** Loads what it takes. */
export async function openDisplay(
  { kind, opening, control, signal, stop }: DisplayRequest,
  options: { readonly color: boolean },
  { stdin, stderr: stream, environment }: Io,
): Promise<Display | undefined> {
  const color = wantsColor(stream, environment, options.color);
  switch (kind) {
    case 'nothing':
      return undefined;
    case 'line':
      return (await import('../../reporters/progress.js')).progressLine(stream, color, opening);
    case 'screen': {
      const { terminalInterface } = await import('../../reporters/tui/terminal-interface.js');
      return terminalInterface({ stdin, stream, color, opening, control, signal, stop });
    }
  }
}
