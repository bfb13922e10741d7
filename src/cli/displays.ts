// What moves on the terminal while a run goes on: a screen, a line, or nothing.

import type { RunControl } from '../engine/progress/run-control.js';
import type { Display } from '../reporters/display.js';
import { canDraw, wantsColor, type Io } from './io.js';
import type { OutputOptions } from './options.js';

/** `screen`: all of the run, with keys. */
export type Way = 'screen' | 'line' | 'nothing';

/** `isTyped`: whether a document is typed on the terminal. */
export function displayFor({ quiet, json, tui }: OutputOptions, io: Io, isTyped: boolean): Way {
  if (quiet === true || !hasRoom(io.stderr)) return 'nothing';
  return tui && json !== true && !isTyped && canDraw(io.stderr, io.environment) ? 'screen' : 'line';
}

/** Whether something may move there. Some terminals have no size. */
export function hasRoom({ isTTY, columns }: NodeJS.WriteStream): boolean {
  return isTTY && columns > 0;
}

export interface Displayed {
  readonly way: Way;
  /** What happens before the first document. */
  readonly opening: string;
  readonly control: RunControl;
  readonly signal: AbortSignal;
  /** Asks the run to stop. */
  readonly stop: () => void;
}

/** Loads what it takes. */
export async function openDisplay(
  { way, opening, control, signal, stop }: Displayed,
  options: OutputOptions,
  { stdin, stderr: stream, environment }: Io,
): Promise<Display | undefined> {
  const color = wantsColor(stream, environment, options.color);
  switch (way) {
    case 'nothing':
      return undefined;
    case 'line':
      return (await import('../reporters/progress.js')).progressLine(stream, color, opening);
    case 'screen': {
      const { terminalInterface } = await import('../reporters/tui/terminal-interface.js');
      return terminalInterface({ stdin, stream, color, opening, control, signal, stop });
    }
  }
}
