// The terminal interface of the real binary: keys, signals, and the terminal as it was.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { file, root } from '../support/cli.js';
import { expectNoScreen, onTerminal, opened } from '../support/terminal.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const text = readFileSync(novel, 'utf8').slice(30_000);
const long = file('long.txt', text.slice(0, 400_000));

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

  it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back on %s', async (signal) => {
    const run = await opened(`unspool stream --perplexity ${long}`);
    process.kill(run.processId(), signal);
    expect(await run.ended).toEqual({ code: 130, isRestored: true });
    expectNoScreen(run);
  });

  it.each([
    ['--quiet', '-q'],
    ['--json', '--json'],
  ])('is not there with %s', async (_, option) => {
    const run = onTerminal(`unspool stream --perplexity --limit 12kB ${option} ${long}`);
    expect((await run.ended).code).toBe(0);
    expect(run.output()).not.toContain('q stop');
  });
});
