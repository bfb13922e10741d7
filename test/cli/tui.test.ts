// The terminal interface of the real binary: keys, printing, resizing, and the terminal as it was.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { file, root, shell } from '../support/cli.js';
import { onTerminal, type TerminalRun } from '../support/terminal.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const log = `${root}fixtures/documents/services.log`;
const text = readFileSync(novel, 'utf8').slice(30_000);
const passage = file('passage.txt', text.slice(0, 32_000));
const long = file('long.txt', text.slice(0, 400_000));

const keysRow = /p pause {3}q stop {3}v in view {3}\? help/;

/** Waits for the screen, which needs a run that takes its time. */
async function opened(command: string, options: Parameters<typeof onTerminal>[1] = {}): Promise<TerminalRun> {
  const run = onTerminal(command, options);
  await run.shows(keysRow);
  return run;
}

/** What is left on the terminal is nothing of the screen. */
function expectNoScreen(run: TerminalRun): void {
  expect(run.lines().join('\n')).not.toMatch(/q stop|so far, |⋯ gap|█/);
}

describe('the terminal interface', () => {
  it('shows the run, explains itself, shows the text in view, pauses, goes on and stops', async () => {
    const run = await opened(`unspool stream --perplexity ${long}`);
    const screen = run.screen().join('\n');
    expect(screen).toMatch(/^ \S*long\.txt +unspool base, sinks:4\+508\/64$/m);
    expect(screen).toMatch(/^ document {2}█[█░·]{67}$/m);
    expect(screen).toMatch(/^ {11}░ forgotten [\d.]+ k?B +█ in view lines? [\d-]+ +· to read \d+ kB$/m);
    expect(screen).toMatch(/^ cache {5}█( ⋯ )?█[█·]+$/m);
    expect(screen).toMatch(/^ PPL +[▁▂▃▄▅▆▇█]+ +[\d.]+ so far, +[\d.]+ lately$/m);
    expect(screen).toMatch(/^ \d+% in 0:\d\d, \d+:\d\d left +[\d,]+ tokens\/s/m);

    run.send('?');
    await run.shows('sinks: first tokens, never forgotten');
    run.send('v');
    await run.shows(/^ in view {3}█ sinks .+\n {11}█ window\n {11}│ /m);
    // What it shows is in the text, row by row.
    const rows = run.screen().flatMap((row) => (row.startsWith(`${' '.repeat(11)}│ `) ? [row.slice(13)] : []));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(text).toContain(row);
    run.send('v');
    await run.shows(/v in view/);
    run.send('n');
    await run.shows(/^ notes +[\d-]+ {2}\S.+n close/ms);
    run.send('n');
    await run.shows(/n notes/);

    run.send('p');
    await run.shows('paused, ');
    // The block in hand comes to its end.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const held = run.screen();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(run.screen()).toEqual(held);
    run.send('p');
    await run.shows(/\d left/);
    run.send('p');
    await run.shows('paused, ');
    run.send('q');
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
    expectNoScreen(run);
    const left = run.lines().join('\n');
    expect(left).toMatch(/^ +PPL +±.*\n +[\d.]+ .*rolling sinks:4\+508\/64 {2}\S*long\.txt$/m);
    expect(left).toMatch(/long\.txt: [\d,]+ bytes, [\d,]+ lines, until interrupted\n/);
    expect(left).toMatch(/tokens interrupted after 0:\d\d/);
    expect(run.output()).toMatch(/\u001b\[\?25h[^\u001b]*$/);
  });

  it('reads keys from the terminal where the document is a pipe, and leaves standard output as it is', async () => {
    const output = file('piped.txt', '');
    const run = await opened(`cat ${long} | unspool stream --perplexity > ${output}`);
    expect(run.screen().join('\n')).toMatch(/^ <stdin> /m);
    run.send('q');
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
    expect(readFileSync(output, 'utf8')).toMatch(/^ +PPL[^\u001b]+<stdin>\n$/);
    expectNoScreen(run);
    expect(run.lines().join('\n')).not.toContain('nats/token');
  });

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

  it.each([
    ['one interrupt', '\u0003'],
    ['two', '\u0003\u0003'],
  ])('takes %s from the keyboard as a signal', async (_, keys) => {
    const run = await opened(`unspool stream --perplexity ${long}`);
    run.send(keys);
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
    expect(run.output()).toMatch(/\u001b\[\?25h[^\u001b]*$/);
    expectNoScreen(run);
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

  it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back on %s', async (signal) => {
    const run = await opened(`unspool stream --perplexity ${long}`);
    process.kill(run.processId(), signal);
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
    expectNoScreen(run);
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
    const run = await opened(`set -m; unspool stream --perplexity ${long}; echo "stopped, $?"; sleep 1; fg`);
    run.send('\u001a');
    await run.shows('stopped, 148');
    expectNoScreen(run);
    await run.shows(keysRow);
    run.send('q');
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
  });

  it('comes back from the background, too', async () => {
    const run = await opened(`set -m; unspool stream --perplexity ${long}; bg; sleep 1; echo 'in front'; fg`);
    run.send('\u001a');
    await run.shows('in front');
    expectNoScreen(run);
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

  it.each([
    ['--quiet', '-q'],
    ['--json', '--json'],
  ])('is not there with %s', async (_, option) => {
    const run = onTerminal(`unspool stream --perplexity --limit 12kB ${option} ${long}`);
    expect((await run.ended).code).toBe(0);
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
