// Runs a command on a terminal, made by script(1), and keeps its screen as a terminal would.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { expect } from 'vitest';
import { binary } from './cli.js';

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface TerminalRun {
  /** All that the terminal was sent so far. */
  readonly output: () => string;
  /** The lines that it shows, without trailing space. */
  readonly screen: () => string[];
  /** These, and those that have scrolled away; a line that the terminal wrapped is one. */
  readonly lines: () => string[];
  /** Types. */
  readonly send: (keys: string) => void;
  /** Waits until the screen shows this; tells what it shows instead where the command ends before. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** Of the command, while it runs. */
  readonly processId: () => number;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number;
  /** Whether the modes of the terminal are what they were. */
  readonly isRestored: boolean;
}

/** `command`: a line of sh, in which `unspool` is the binary. */
export function onTerminal(command: string, options: TerminalOptions = {}): TerminalRun {
  const { columns = 80, rows = 24, environment = {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'unspool-terminal-'));
  const path = (name: string): string => join(folder, name);
  const lines = [
    `stty cols ${columns} rows ${rows}; tty > ${path('tty')}; stty -g > ${path('before')}`,
    // An interrupt is for the command; the shell goes on.
    'trap : INT TERM',
    `unspool() { "${process.execPath}" "${binary}" "$@"; }`,
    `{ ${command}; }; echo $? > ${path('code')}; stty -g > ${path('after')}`,
  ];
  const child = spawn('script', ['-qefc', lines.join('\n'), '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, NODE_OPTIONS: process.env.NODE_OPTIONS },
      ...{ TERM: 'xterm-256color', SHELL: '/bin/sh' },
      // Tests share their processors, and llama.cpp's threads wait for each other by spinning.
      ...{ UNSPOOL_THREADS: '1', ...environment },
    },
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  let output = '';
  const news: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    output += data;
    terminal.write(data, () => {
      for (const tell of news.splice(0)) tell();
    });
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', () => {
      terminal.write('', () => {
        const read = (name: string): string => (existsSync(path(name)) ? readFileSync(path(name), 'utf8').trim() : '');
        resolve({ code: Number(read('code')), isRestored: read('after') !== '' && read('after') === read('before') });
      });
    });
  });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    for (const tell of news.splice(0)) tell();
  });
  const textOf = (from: number, count: number): string[] =>
    Array.from(
      { length: count },
      (_, row) => terminal.buffer.active.getLine(from + row)?.translateToString(true) ?? '',
    );
  const screen = (): string[] => textOf(terminal.buffer.active.baseY, terminal.rows);

  return {
    output: () => output,
    screen,
    lines() {
      const { active } = terminal.buffer;
      return textOf(0, active.length).reduce<string[]>((whole, text, row) => {
        if (active.getLine(row)?.isWrapped === true) whole.push((whole.pop() ?? '') + text);
        else whole.push(text);
        return whole;
      }, []);
    },
    send: (keys) => void child.stdin.write(keys),
    async shows(text) {
      const isShown = (): boolean => {
        const all = screen().join('\n');
        return typeof text === 'string' ? all.includes(text) : text.test(all);
      };
      while (!isShown()) {
        if (isOver) throw new Error(`the terminal never showed ${String(text)}, but:\n${screen().join('\n')}`);
        await new Promise<void>((resolve) => news.push(resolve));
      }
    },
    async resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      const tty = readFileSync(path('tty'), 'utf8').trim();
      execFileSync('stty', ['-F', tty, 'cols', String(newColumns), 'rows', String(newRows)]);
      await new Promise<void>((resolve) => news.push(resolve));
    },
    processId() {
      const [shell] = childrenOf(child.pid ?? 0);
      return childrenOf(shell ?? 0)[0] ?? 0;
    },
    ended,
  };
}

/** What the terminal interface shows at its end. */
export const keysRow = /p pause {3}q stop {3}v in view {3}\? help/;

/** Waits for the terminal interface, which needs a run that takes its time. */
export async function opened(command: string, options: TerminalOptions = {}): Promise<TerminalRun> {
  const run = onTerminal(command, options);
  await run.shows(keysRow);
  return run;
}

/** What is left on the terminal is nothing of the terminal interface. */
export function expectNoScreen(run: TerminalRun): void {
  expect(run.lines().join('\n')).not.toMatch(/q stop|so far, |⋯ gap|█/);
}

function childrenOf(processId: number): number[] {
  const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(processId)], { encoding: 'utf8' });
  return list.trim().split(/\s+/).map(Number);
}
