// Ctrl-C, and other requests to end: what there is is printed, with its account, and exit 130. The tests wait for what
// a run has shown, never for a time.

import { readFileSync, readdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocumentEnd, Overview, RunEnd } from '../../../src/engine/events/events.js';
import { start, type Result } from '../../support/cli.js';
import { unspool } from '../../support/in-process.js';
import { checked } from '../../support/schema.js';
import { commands, invocations, titled, type Invocation } from './commands.js';
import { folder, longProse, proseFile } from './documents.js';

const more = ['--json', '--events', '-'];
/** A document that never ends. */
const endless = { input: longProse, silent: true };

/** Of a run that was interrupted in the middle of it. */
function expectAccount({ stdout, stderr, code }: Result, { inTheMiddle }: Invocation): void {
  expect(code).toBe(130);
  const all = checked(stdout);
  const [end] = all.filter(({ event }) => event === 'document-end' || event === 'overview') as unknown as [
    DocumentEnd | Overview,
  ];
  expect(end).toMatchObject({ ended: 'interrupted', error: null });
  if (end.event === 'document-end') {
    const { read, inView, evicted, skipped } = end.account.tokens;
    expect(inView + evicted + skipped).toBe(read);
    if (inTheMiddle === 'block-scored') expect(read).toBeGreaterThan(0);
  }
  expect(all.at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted', error: null, documents: 1 });
  expect(stderr).toMatch(/<stdin>: .*until interrupted\n/);
  expect(stderr).toMatch(/ interrupted after \d+:\d\d/);
  expect(stderr).not.toContain('unspool: ');
}

describe.each(titled(invocations))('%s', (_, invocation) => {
  it('prints what there is where it is interrupted, with its account, then exits 130', async () => {
    const onLine = (line: string, interrupt: () => void): void => {
      if (line.includes(`"${invocation.inTheMiddle}"`)) interrupt();
    };
    expectAccount(await unspool([...invocation.args, ...more], { ...endless, onLine }), invocation);
  });
});

describe.each(titled(commands))('%s', (name, invocation) => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('takes %s for an interrupt', async (signal) => {
    const run = start([...invocation.args, ...more], endless);
    await run.shows('stdout', new RegExp(`"${invocation.inTheMiddle}"`));
    run.child.kill(signal);
    expectAccount(await run.result, invocation);
  });

  it('ends on SIGINT while a pipe has sent nothing yet', async () => {
    const run = start([...invocation.args, '--json', '-'], { input: '', silent: true });
    await run.shows('stdout', /"document-start"/);
    run.child.kill('SIGINT');
    const { stdout, code } = await run.result;
    expect(code).toBe(130);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted', account: { bytes: 0 } });
  });

  const place = folder(name.replace(/\W+/g, '-'));
  const results = join(place, 'results.txt');
  /** Starts to read the model or the tokenizer, which no signal can cut short, and resolves then. */
  async function startLoading(): Promise<ReturnType<typeof start>> {
    writeFileSync(results, 'old');
    const run = start([...invocation.args, '-o', results, proseFile]);
    await new Promise<void>((resolve) => {
      const watcher = watch(place, (_, changed) => {
        if (changed?.endsWith('.tmp') !== true) return;
        watcher.close();
        resolve();
      });
    });
    return run;
  }

  it('reads no document after a SIGINT while it loads, and leaves the file of -o as it was', async () => {
    const run = await startLoading();
    run.child.kill('SIGINT');
    const { stdout, stderr, code } = await run.result;
    expect([stdout, code]).toEqual(['', 130]);
    expect(stderr).not.toContain('prose.txt');
    expect([readFileSync(results, 'utf8'), readdirSync(place)]).toEqual(['old', ['results.txt']]);
  });

  it('ends at once on a second signal, and leaves nothing behind', async () => {
    const run = await startLoading();
    run.child.kill('SIGINT');
    run.child.kill('SIGTERM');
    const { stdout, stderr, code } = await run.result;
    // Without the account of a run that came to its end.
    expect([stdout, stderr, code]).toEqual(['', '', 130]);
    expect([readFileSync(results, 'utf8'), readdirSync(place)]).toEqual(['old', ['results.txt']]);
  });
});

describe('stream --continue', () => {
  it('prints what it has written on SIGINT', async () => {
    const run = start(['stream', '--continue', '1000000', '--json', proseFile]);
    await run.shows('stdout', /"text-delta"/);
    run.child.kill('SIGINT');
    const { stdout, code } = await run.result;
    expect(code).toBe(130);
    expect(checked(stdout).at(-1) as unknown as RunEnd).toMatchObject({ status: 'interrupted', documents: 1 });
  });
});
