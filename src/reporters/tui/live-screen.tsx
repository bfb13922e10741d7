// Draws the screen of a run in a terminal, below all that is printed.

import { useStdout, render, type Instance } from 'ink';
import type { ReactNode } from 'react';
import { width } from './text.js';
import { Drawing } from './row.js';
import { Screen, screenRows, type ScreenContents } from './screen.js';
import { Terminal } from './terminal.js';

/** Milliseconds between two frames: numbers that change more often cannot be read. */
const frameTime = 200;
/** At least, where a key is answered. */
const answerTime = 100;
/** More text than this does not wait for the next frame. */
const longestWaiting = 64 * 1024;

export interface LiveScreen {
  /** Something has changed. `atOnce`: a key was pressed, and is answered. */
  changed(atOnce?: boolean): void;
  /** Prints above the screen. What is no whole line yet is shown as part of it. */
  print(text: string): void;
  /** Takes the screen away, and leaves what was printed. */
  close(): void;
}

type Content = Omit<ScreenContents, 'columns' | 'rows' | 'openLine'>;

/** `stream`: a terminal. `content`: what to show now. */
export function showLive(stream: NodeJS.WriteStream, content: () => Content): LiveScreen {
  const terminal = new Terminal(stream);
  let waiting = '';
  let openLine = '';
  let isChanged = true;
  let drawnAt = -Infinity;
  let second = -1;
  let printAbove: (text: string) => void = () => undefined;
  let instance: Instance | undefined;

  const element = (): ReactNode => {
    const rows = screenRows({ ...content(), columns: stream.columns, rows: stream.rows, openLine });
    terminal.show(rows.map((row) => width(row)));
    return <Live rows={rows} draw={terminal.standIns.for} onWriter={(write) => (printAbove = write)} />;
  };
  const options = { stdout: terminal as unknown as NodeJS.WriteStream, patchConsole: false, exitOnCtrlC: false };
  const draw = (): void => {
    const above = waiting;
    waiting = '';
    isChanged = false;
    drawnAt = performance.now();
    if (instance === undefined) instance = render(element(), options);
    else instance.rerender(element());
    if (above !== '') terminal.standIns.once(above, printAbove);
  };
  const tick = (): void => {
    // The time goes on also where nothing else does.
    const now = Math.floor(content().now);
    if (!isChanged && now === second) return;
    second = now;
    draw();
  };
  const timer = setInterval(tick, frameTime);
  timer.unref();
  terminal.on('resize', draw);
  draw();

  return {
    changed(atOnce = false) {
      isChanged = true;
      if (atOnce && performance.now() - drawnAt >= answerTime) draw();
    },
    print(text) {
      const end = text.lastIndexOf('\n') + 1;
      if (end > 0) {
        waiting += openLine + text.slice(0, end);
        openLine = '';
      }
      openLine += text.slice(end);
      isChanged = true;
      if (waiting.length > longestWaiting) draw();
    },
    close() {
      clearInterval(timer);
      terminal.off('resize', draw);
      instance?.unmount();
      terminal.erase();
      terminal.close();
      stream.write(waiting + openLine);
    },
  };
}

interface LiveProps {
  readonly rows: readonly string[];
  readonly draw: (text: string) => string;
  /** Takes what prints above the screen. */
  readonly onWriter: (write: (text: string) => void) => void;
}

function Live({ rows, draw, onWriter }: LiveProps): ReactNode {
  onWriter(useStdout().write);
  return (
    <Drawing value={draw}>
      <Screen rows={rows} />
    </Drawing>
  );
}
