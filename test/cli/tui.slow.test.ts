// The terminal interface of the real binary: printing, jobs of a shell, resizing, and where it is only a line.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { file, root, shell } from '../support/cli.js';
import { expectNoScreen, keysRow, onTerminal, opened } from '../support/terminal.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const log = `${root}fixtures/documents/services.log`;
const text = readFileSync(novel, 'utf8').slice(30_000);
const passage = file('passage.txt', text.slice(0, 32_000));
const long = file('long.txt', text.slice(0, 400_000));

describe('the terminal interface', () => {
  it('prints results above itself, whole', async () => {
    const output = onTerminal(`unspool analyze --surprise --heat ${passage}`, {
      environment: { NO_COLOR: '1' },
    });
    await output.shows(keysRow);
    expect(await output.ended).toEqual({ code: 0, isRestored: true });
    // How long it will take is told between two lines, where that is long.
    const lines = output.lines().filter((line) => !/^\S+passage\.txt: about \d+ \w+$/.test(line));
    const printed = lines.join('\n');
    const whole = readFileSync(passage, 'utf8').trimEnd();
    expect(printed.replace(/[ \t]+$/gm, '')).toContain(whole.replace(/[ \t]+$/gm, ''));
    expectNoScreen(output);
    expect(printed).toMatch(/[\d,]+ tokens read/);
  });

  it('tells all that run in the pipe of an interrupt', async () => {
    const source = file(
      'source.mjs',
      `process.on('SIGINT', () => process.exit(console.error('told') ?? 0));
      process.stdout.on('error', () => undefined).write((await import('node:fs')).readFileSync('${long}'));
      setInterval(() => undefined, 1000);`,
    );
    const run = await opened(`"${process.execPath}" ${source} | unspool stream --perplexity`);
    run.send('\u0003');
    expect((await run.ended).isRestored).toBe(true);
    // Where it is printed, the screen was.
    expect(run.output()).toContain('told');
  });

  it('gives the terminal back when llama.cpp crashes', async () => {
    const run = await opened(`unspool stream --perplexity ${long}`);
    const child = await childOf(run.processId());
    process.kill(child, 'SIGKILL');
    expect(await run.ended).toEqual({ code: 1, isRestored: true });
    expectNoScreen(run);
    expect(run.lines().join('\n')).toMatch(/^unspool: \S+ llama\.cpp stopped \(SIGKILL\)/m);
  });

  it('leaves the terminal to the shell when it is suspended, and comes back', async () => {
    const run = await opened(`set -m; unspool stream --perplexity ${long}; echo "stopped, $?"; read _; fg`);
    run.send('\u001a');
    await run.shows('stopped, 148');
    expectNoScreen(run);
    run.send('\n');
    await run.shows(keysRow);
    run.send('q');
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
  });

  it('comes back from the background, too', async () => {
    const run = await opened(`set -m; unspool stream --perplexity ${long}; bg; sleep 1; echo 'in front'; read _; fg`);
    run.send('\u001a');
    await run.shows('in front');
    expectNoScreen(run);
    run.send('\n');
    await run.shows(keysRow);
    run.send('q');
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
  });

  it('goes on where there is no shell to be left to', async () => {
    const run = await opened(`unspool stream --perplexity ${long}`);
    run.send('\u001a');
    run.send('?');
    await run.shows('sinks: first tokens, never forgotten');
    run.send('q');
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
  });

  it('is a line in the background, where the terminal is not its own', async () => {
    const run = onTerminal(`set -m; unspool stream --perplexity --limit 12kB ${long} & wait`);
    expect(await run.ended).toEqual({ code: 0, isRestored: true });
    expect(run.output()).not.toContain('q stop');
    expect(run.lines().join('\n')).toMatch(/[\d,]+ tokens in 0:\d\d/);
  });

  it('follows the size of the terminal, and leaves nothing behind', async () => {
    const run = await opened(`unspool stream --perplexity ${long}`, { columns: 100, rows: 30 });
    run.send('p');
    await run.shows('paused, ');
    for (const [columns, rows] of [
      [60, 30],
      [40, 30],
      [110, 30],
    ] as const) {
      await run.resize(columns, rows);
      await run.shows(columns < 70 ? /^█[█░·]+$/m : / document {2}/);
      const screen = run.screen();
      expect(screen.filter((row) => row.includes('q stop'))).toHaveLength(1);
      for (const row of screen) expect(row.length).toBeLessThanOrEqual(columns);
    }
    await run.resize(40, 12);
    await run.shows('q stop');
    run.send('q');
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
  });

  it('keeps to the size of a small terminal', async () => {
    const run = await opened(`unspool stream --perplexity ${long}`, { columns: 40, rows: 12 });
    expect(run.screen().join('\n')).toMatch(/^█[█░·]+\n░ [\d.]+ k?B █ lines? [\d-]+ · \d+ kB\n/m);
    run.send('q');
    expect((await run.ended).code).toBe(130);
  });

  it.each([
    ['counts', 'analyze', /^ {11}█ read [\d.]+ MB +[\d,]+ lines/m, /p pause {3}q stop {3}\? help/],
    ['measures attention', 'analyze --attention', / cache +█{68}\n {11}█ chunk of 512/, keysRow],
    [
      'compares',
      'analyze --compare sinks:4+508,window:512',
      /policy \d of 2, (sinks:4\+508|window:512)\/64$/m,
      keysRow,
    ],
  ])('says how far it is where it %s', async (_, command, shown, keys) => {
    const big = file('big.txt', text.repeat(6));
    const run = onTerminal(`unspool ${command} ${big}`);
    await run.shows(keys);
    await run.shows(shown);
    expect(run.output()).not.toMatch(command === 'analyze' ? /loading the model/ : /counting/);
    run.send('q');
    expect((await run.ended).code).toBe(130);
  });

  it.each([
    ['--no-tui', '--no-tui', {}],
    ['a terminal that is dumb', '', { TERM: 'dumb' }],
    ['a continuous integration', '', { CI: 'true' }],
  ])('is a line with %s', async (_, option, environment) => {
    const run = onTerminal(`unspool stream --perplexity --limit 12kB ${option} ${long}`, { environment });
    expect((await run.ended).code).toBe(0);
    expect(run.output()).toMatch(/in view \d+ \(lines \d+-\d+\), forgotten/);
    expect(run.output()).not.toContain('q stop');
  });

  it('is not there where the document is typed', async () => {
    const run = onTerminal('unspool stream --perplexity -');
    await run.shows(/loading|<stdin>/);
    run.send('a line that is typed, q and p and v in it\n');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(run.output()).not.toContain('q stop');
    run.send('\u0004');
    expect((await run.ended).code).toBe(0);
    expect(run.lines().join('\n')).toMatch(/<stdin>: 42 bytes, 1 line/);
  });

  it('uses no colour with NO_COLOR', async () => {
    const run = await opened(`unspool stream --perplexity ${long}`, { environment: { NO_COLOR: '1' } });
    run.send('q');
    await run.ended;
    expect(run.output()).not.toMatch(/\u001b\[[\d;]*m/);
    expect(run.output()).toContain('q stop');
  });

  it('sends no escapes where standard error is no terminal', async () => {
    const { stdout, stderr } = await shell(`unspool stream --perplexity --limit 9kB ${long} | cat`);
    expect(stdout + stderr).not.toContain('\u001b');
    const errors = file('errors.txt', '');
    const run = onTerminal(`unspool stream --perplexity --limit 9kB ${log} 2> ${errors}`);
    expect((await run.ended).code).toBe(0);
    expect(run.output() + readFileSync(errors, 'utf8')).not.toContain('\u001b');
  });
});

/** The process that runs llama.cpp. */
async function childOf(processId: number): Promise<number> {
  const { stdout } = await shell(`ps -o pid= --ppid ${processId}`);
  return Number(stdout.trim().split('\n')[0]);
}
