// Runs that are ended at any moment, by the user or by kill -9, and go on from their bookmark: the results are those of a
// run that was never ended.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { events, file, root, start, type Result } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { temporaryFolder } from '../support/folders.js';
import { checked } from '../support/schema.js';

const prose = file(
  'sea.txt',
  readFileSync(join(root, 'fixtures/documents/moby-dick.txt'), 'utf8').slice(30_000, 42_000),
);
const log = file(
  'services.log',
  readFileSync(join(root, 'fixtures/documents/services.log'), 'utf8').split('\n').slice(0, 1200).join('\n'),
);

/** Standard output, without what no two runs share. */
function results({ stdout }: Result): { readonly event: string }[] {
  return events(stdout).map((event) => ({ ...event, event: String(event.event), seconds: 0, peakMemoryBytes: 0 }));
}

function inodeOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).ino : undefined;
}

/** Ends a run some time after it has kept a state, or more. */
async function cutShort(args: readonly string[], path: string, signal: NodeJS.Signals): Promise<Result> {
  const { child, result } = start(args);
  let states = Math.ceil(3 * Math.random());
  void result.then(() => {
    states = 0;
  });
  let known = inodeOf(path);
  while (states > 0) {
    await delay(2);
    if (inodeOf(path) === known) continue;
    known = inodeOf(path);
    states -= 1;
  }
  await delay(40 * Math.random());
  child.kill(signal);
  return result;
}

describe.each<[string, readonly string[], readonly NodeJS.Signals[]]>([
  ['perplexity', ['--perplexity', prose], ['SIGKILL', 'SIGINT']],
  ['a digest', ['--digest', log], ['SIGKILL']],
])('unspool stream --bookmark: %s', (_, args, signals) => {
  it('goes on to the same results, however often it was ended', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'bookmark');
    const kept = ['stream', ...args, '--json', '--bookmark', path];
    const whole = await unspool(['stream', ...args, '--json']);
    for (const signal of signals) {
      const { code } = await cutShort([...kept, '--bookmark-every', '0'], path, signal);
      expect(signal === 'SIGKILL' ? [null, 0] : [130, 0]).toContain(code);
    }
    const last = await unspool([...kept, '--events']);
    expect(last.code).toBe(0);
    expect(last.stderr).toMatch(/: goes on from line [\d,]+ \(bookmark\)\n/);
    expect(checked(last.stdout).some(({ event }) => event === 'resumed')).toBe(true);
    // Notes are of what the last of them has read.
    const steps = new Set(['resumed', 'block-scored', 'evicted', 'note', 'estimate']);
    expect(results(last).filter(({ event }) => !steps.has(event))).toEqual(results(whole));
    expect(readdirSync(folder)).toEqual(['bookmark']);
  });
});
