// The run on one screen, with keys: first the progress line, then, once a run takes its time, all of it.

import type { RunEvent } from '../../engine/events/events.js';
import type { RunControl } from '../../engine/progress/run-control.js';
import type { Display } from '../display.js';
import { progressLine } from '../progress.js';
import { isInForeground, readKeys, type Keys } from './keys.js';
import type { LiveScreen } from './live-screen.js';
import type { RunPhase, Panel } from './screen.js';
import { initialState, reduce, showsView } from './state.js';
import { stylesFor } from './style.js';
import { eraseLine } from './terminal.js';
import { tabsExpanded, width } from './text.js';

export interface TerminalInterface {
  readonly stdin: NodeJS.ReadStream;
  /** The terminal to draw on. */
  readonly stream: NodeJS.WriteStream;
  readonly color: boolean;
  /** What happens before the first document. */
  readonly opening: string;
  readonly control: RunControl;
  /** Aborted once the run is asked to stop. */
  readonly signal: AbortSignal;
  /** Asks the run to stop. */
  readonly stop: () => void;
}

/** Milliseconds of a document after which the screen is loaded, which takes half a second: a short run ends before. */
const screenAfter = 500;
/** Milliseconds between two looks for the foreground. */
const lookEvery = 500;

/** A terminal in the background is not ours to set: there, it stays with the progress line. */
export function terminalInterface(options: TerminalInterface): Display {
  const { stdin, stream, color, opening, control, signal, stop } = options;
  const line = progressLine(stream, color, opening);
  const styles = stylesFor(color);
  let state = initialState;
  let panel: Panel = 'none';
  /** `suspended`, `away`: the terminal is the shell's, for now or for good; what is printed goes there as it is. */
  let place: 'line' | 'screen' | 'suspended' | 'away' | 'closed' = 'line';
  let showLive: typeof import('./live-screen.js').showLive | undefined;
  let screen: LiveScreen | undefined;
  let keys: Keys | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** What was printed since the last line feed. */
  let openLine = '';

  const phase = (): RunPhase => (signal.aborted ? 'stopping' : control.paused ? 'paused' : 'running');
  const onKey = (key: string): void => {
    if (key === 'p' && control.paused) control.resume();
    else if (key === 'p') control.pause();
    else if (key === 'q' && !signal.aborted) stop();
    else if (key === 'v' && showsView(state)) panel = panel === 'in-view' ? 'none' : 'in-view';
    else if (key === 'n' && state.notes.length > 0) panel = panel === 'notes' ? 'none' : 'notes';
    else if (key === '?') panel = panel === 'help' ? 'none' : 'help';
    else return;
    screen?.changed(true);
  };
  /** As the terminal does it: to all that run together, such as the commands of a pipe. */
  const onSignal = (name: NodeJS.Signals): void => {
    if (name !== 'SIGINT') suspend(name);
    else if (process.platform === 'win32') process.emit(name, name);
    else process.kill(0, name);
  };
  /** Leaves the terminal to the shell, until the run is brought to the foreground. */
  const suspend = (name: NodeJS.Signals): void => {
    const wasPaused = control.paused;
    control.pause();
    leave();
    place = 'suspended';
    // Where no shell could let it go on, nothing is stopped.
    process.kill(0, name);
    setTimeout(() => {
      if (!wasPaused) control.resume();
      comeBack();
    });
  };
  /** A shell does not tell a job that runs in the background that it is in the foreground now. */
  const comeBack = (): void => {
    if (place !== 'suspended') return;
    if (isInForeground()) enter();
    else setTimeout(comeBack, lookEvery).unref();
  };
  const enter = (): void => {
    if (showLive === undefined) return;
    keys = readKeys(stdin, { onKey, onSignal });
    const hasKeys = keys !== undefined;
    screen = showLive(stream, () => {
      return { state, now: control.now(), styles, panel, phase: phase(), hasKeys };
    });
    place = 'screen';
  };
  const leave = (): void => {
    screen?.close();
    keys?.close();
    screen = undefined;
    keys = undefined;
  };
  const load = async (): Promise<void> => {
    // React is faster without its checks, and keeps no record of what it did.
    process.env.NODE_ENV ??= 'production';
    ({ showLive } = await import('./live-screen.js'));
    takeOver();
  };
  const takeOver = (): void => {
    if (place !== 'line' || showLive === undefined || !isInForeground()) return;
    const columns = width(tabsExpanded(openLine));
    // What has scrolled away cannot be taken back.
    if (columns > stream.columns * (stream.rows - 1)) return;
    line.close();
    if (openLine !== '') eraseLine(stream, columns);
    enter();
    screen?.print(openLine);
  };

  const isLast = (event: RunEvent): boolean =>
    event.event === 'run-end' ||
    (event.event === 'task-end' && event.task.index === state.documents - 1) ||
    (event.event === 'document-end' && event.document.index === state.documents - 1);

  return {
    handle(event: RunEvent) {
      state = reduce(state, event, control.now());
      if (place === 'line') line.handle(event);
      else screen?.changed();
      if ((place === 'screen' || place === 'suspended') && isLast(event)) {
        // Results follow, which the screen would push out of sight.
        leave();
        place = 'away';
      }
      if ((event.event !== 'document-start' && event.event !== 'task-start') || timer !== undefined) return;
      // Without the screen, the line goes on.
      timer = setTimeout(() => void load().catch(() => undefined), screenAfter);
      timer.unref();
    },
    print(text) {
      if (screen !== undefined) {
        screen.print(text);
        return;
      }
      if (place === 'line') line.print(text);
      else stream.write(text);
      openLine = text.includes('\n') ? text.slice(text.lastIndexOf('\n') + 1) : openLine + text;
      takeOver();
    },
    close() {
      place = 'closed';
      clearTimeout(timer);
      leave();
      line.close();
    },
  };
}
