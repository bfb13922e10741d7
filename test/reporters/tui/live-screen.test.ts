// The screen on a terminal: what it leaves of what is printed, how often it draws, and what it takes away.

import { EventEmitter } from 'node:events';
import xterm from '@xterm/headless';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveScreen } from '../../../src/reporters/tui/live-screen.js';
import { stylesFor } from '../../../src/reporters/tui/style.js';
import { replay } from './replay.js';

// Where Ink thinks that it is in a continuous integration, it draws nothing.
for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) Reflect.deleteProperty(process.env, name);
const { showLive } = await import('../../../src/reporters/tui/live-screen.js');

/** A terminal that keeps what it is sent. */
class FakeTerminal extends EventEmitter {
  readonly isTTY = true;
  readonly writes: string[] = [];
  /** What is to be done to a terminal, in order. */
  readonly #steps: ((screen: InstanceType<typeof xterm.Terminal>) => Promise<void>)[] = [];
  readonly #size: { readonly cols: number; readonly rows: number };

  constructor(
    public columns = 80,
    public rows = 24,
  ) {
    super();
    this.#size = { cols: columns, rows };
  }

  write(text: string): boolean {
    this.writes.push(text);
    this.#steps.push(
      (screen) =>
        new Promise((resolve) => {
          // A terminal driver turns line feeds into both.
          screen.write(text.replaceAll('\n', '\r\n'), resolve);
        }),
    );
    return true;
  }

  resize(columns: number, rows: number): void {
    [this.columns, this.rows] = [columns, rows];
    this.#steps.push((screen) => {
      screen.resize(columns, rows);
      return Promise.resolve();
    });
    this.emit('resize');
  }

  /** All lines, those that were wrapped as one. Takes real time. */
  async lines(): Promise<string[]> {
    const screen = new xterm.Terminal({ ...this.#size, scrollback: 10_000, allowProposedApi: true });
    for (const step of this.#steps) await step(screen);
    const { active } = screen.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row)).reduce<string[]>((lines, line) => {
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped === true) lines.push((lines.pop() ?? '') + text);
      else lines.push(text);
      return lines;
    }, []);
  }
}

const { state, now } = replay('stream-perplexity');

function live(terminal: FakeTerminal): LiveScreen {
  const content = { state, now, styles: stylesFor(true), panel: 'none', phase: 'running', hasKeys: true } as const;
  return showLive(terminal as unknown as NodeJS.WriteStream, () => content);
}

/** Frames that were drawn. */
const frames = (terminal: FakeTerminal): number => terminal.writes.filter((text) => text.includes('so far')).length;

afterEach(() => vi.useRealTimers());

describe('the screen on a terminal', () => {
  it('prints results above itself, whole and in order, also those that come in pieces', async () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal();
    const screen = live(terminal);
    const results = Array.from({ length: 300 }, (_, index) => `${index} ${'<7> é日本 '.repeat(index % 20)}end`);
    for (const [index, result] of results.entries()) {
      const half = Math.floor(result.length / 2);
      screen.print(result.slice(0, half));
      vi.advanceTimersByTime(index % 3 === 0 ? 150 : 0);
      screen.print(`${result.slice(half)}\n`);
    }
    screen.close();
    vi.useRealTimers();
    const lines = await terminal.lines();
    expect(lines.slice(0, 300)).toEqual(results);
    expect(lines.slice(300).join('')).toBe('');
  });

  it('shows what is no whole line yet, and leaves it as it is at the end', async () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal();
    const screen = live(terminal);
    screen.print('first\nCall me ');
    screen.print('Ishmael.');
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect((await terminal.lines()).slice(0, 4)).toEqual([
      'first',
      'Call me Ishmael.',
      '',
      ' 1 of 2  fixtures/documents/moby-dick.txt          unspool base, sinks:4+508/64',
    ]);
    screen.close();
    expect((await terminal.lines()).slice(0, 3)).toEqual(['first', 'Call me Ishmael.', '']);
    expect(terminal.writes.at(-1)).toBe('Call me Ishmael.');
  });

  it('draws ten frames a second at most, however much changes and is printed', () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal();
    const screen = live(terminal);
    for (let time = 0; time < 3000; time += 1) {
      screen.print(`${time}\n`);
      screen.changed(true);
      vi.advanceTimersByTime(1);
    }
    expect(frames(terminal)).toBeGreaterThan(10);
    // Each that comes with results is drawn once around them.
    expect(frames(terminal)).toBeLessThanOrEqual(2 * 30 + 1);
    screen.close();
  });

  it('draws nothing where nothing changes', () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal();
    const screen = live(terminal);
    vi.advanceTimersByTime(1000);
    const before = terminal.writes.length;
    vi.advanceTimersByTime(60_000);
    expect(terminal.writes.length).toBe(before);
    screen.close();
  });

  it('leaves nothing behind when the terminal changes its size', async () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal(120, 40);
    terminal.write('$ unspool\n');
    const screen = live(terminal);
    for (const [columns, rows] of [
      [100, 40],
      [45, 40],
      [90, 40],
      [60, 40],
      [120, 40],
    ] as const) {
      terminal.resize(columns, rows);
      vi.advanceTimersByTime(400);
      screen.print(`at ${columns}\n`);
      vi.advanceTimersByTime(400);
    }
    screen.close();
    vi.useRealTimers();
    expect((await terminal.lines()).filter((line) => line !== '')).toEqual([
      '$ unspool',
      'at 100',
      'at 45',
      'at 90',
      'at 60',
      'at 120',
    ]);
  });

  it('keeps every row, and prints every line once, however many come', async () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal();
    const screen = live(terminal);
    const printed = Array.from({ length: 1100 }, (_, index) => `line ${index}`);
    for (const line of printed) {
      screen.print(`${line}\n`);
      vi.advanceTimersByTime(200);
    }
    const frame = terminal.writes.filter((text) => text.includes('so far')).at(-1);
    expect(frame).toMatch(/fixtures.*so far.*q.* stop/s);
    screen.close();
    vi.useRealTimers();
    expect((await terminal.lines()).filter((line) => line !== '')).toEqual(printed);
  });

  it('outlives a terminal that loses its size', () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal();
    const screen = live(terminal);
    terminal.resize(0, 0);
    vi.advanceTimersByTime(1000);
    screen.close();
    expect(terminal.writes.join('').length).toBeLessThan(100_000);
  });

  it('shows the cursor again, and draws no more once it is closed', () => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal();
    const screen = live(terminal);
    expect(terminal.writes.join('')).toContain('\u001b[?25l');
    screen.close();
    const output = terminal.writes.join('');
    expect(output.lastIndexOf('\u001b[?25h')).toBeGreaterThan(output.lastIndexOf('\u001b[?25l'));
    const before = terminal.writes.length;
    vi.advanceTimersByTime(5000);
    terminal.emit('resize');
    expect(terminal.writes.length).toBe(before);
    expect(terminal.listenerCount('resize')).toBe(0);
  });
});
