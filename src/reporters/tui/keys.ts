// Keys that are typed while a run shows, one at a time and without their echo.

import { execFileSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { ReadStream } from 'node:tty';

export interface Keys {
  /** Takes the terminal back as it was. */
  close(): void;
}

/** Keys that a terminal makes signals of, unless it is read as here. */
const signals: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
};

export interface KeyHandlers {
  /** Takes a character. */
  readonly onKey: (key: string) => void;
  /** Takes what the terminal would have sent to this process and all that run with it. */
  readonly onSignal: (signal: NodeJS.Signals) => void;
}

/**
 * Reads from standard input where that is a terminal, otherwise from the one that controls the process. Undefined where
 * there is none.
 */
export function readKeys(stdin: NodeJS.ReadStream, { onKey, onSignal }: KeyHandlers): Keys | undefined {
  const source = stdin.isTTY ? stdin : controllingTerminal();
  if (source === undefined) return undefined;
  const take = (data: string): void => {
    // Arrows and other keys that send a sequence mean nothing here.
    if (data.startsWith('\u001b')) return;
    for (const key of data) {
      const signal = signals[key];
      if (signal === undefined) onKey(key);
      else onSignal(signal);
    }
  };
  // The terminal may go away at any time; that is told by a signal.
  const ignore = (): void => undefined;
  source.on('error', ignore);
  source.setRawMode(true);
  source.setEncoding('utf8').on('data', take).resume();
  // The end of the run is not waited for with a key.
  source.unref();
  return {
    close() {
      source.off('data', take);
      source.setRawMode(false);
      if (source === stdin) source.pause();
      else source.destroy();
    },
  };
}

function controllingTerminal(): ReadStream | undefined {
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

/**
 * Whether the terminal is ours to set: a process in the background is stopped where it tries. True where nothing is
 * known.
 */
export function isInForeground(): boolean {
  if (process.platform === 'win32') return true;
  try {
    const [group, foreground] = process.platform === 'linux' ? groupsOfLinux() : groupsOfUnix();
    return group === foreground;
  } catch {
    return true;
  }
}

/** The group of this process, and that in the foreground of its terminal. */
type Groups = readonly [own: string | undefined, foreground: string | undefined];

/** See proc_pid_stat(5): the fields follow a name that may hold anything. */
function groupsOfLinux(): Groups {
  const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return [group, foreground];
}

function groupsOfUnix(): Groups {
  const list = execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' });
  const [group, foreground] = list.trim().split(/\s+/);
  return [group, foreground];
}
