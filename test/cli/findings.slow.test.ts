// The digest and the anomalies of a whole log of 50,000 lines, with faults planted in it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, root } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';

const log = 'fixtures/documents/services.log';
const lines = readFileSync(join(root, log), 'utf8').split('\n');
/** See fixtures/documents/README.md. */
const faults = [[4929], [17643, 17644], [45243, 45244, 45245]];

interface Account {
  readonly lines: number;
  readonly skippedLines: number;
  readonly bytes: number;
}

function eventsOf<T>(stdout: string, name: string): T[] {
  return checked(stdout).filter(({ event }) => event === name) as T[];
}

/** How many of the faults have one of their lines among `found`. */
function faultsIn(found: readonly number[]): number {
  return faults.filter((fault) => fault.some((line) => found.includes(line))).length;
}

describe('unspool stream --digest', () => {
  it('finds the planted faults of a log of 50,000 lines, and accounts for the lines it did not decode', async () => {
    const { stdout, stderr, code } = await unspool(['stream', '--json', '--top', '20', join(root, log)]);
    expect(code).toBe(0);
    const passages = eventsOf<{ lines: [number, number]; text: string; count: number }>(stdout, 'passage');
    expect(passages).toHaveLength(20);
    expect(faultsIn(passages.map((each) => each.lines[0]))).toBe(3);
    for (const {
      lines: [first, last],
      text,
    } of passages) {
      const quoted = text.split('\n');
      expect(quoted.filter((line) => !lines.slice(first - 1, last).includes(line))).toEqual([]);
    }
    const [end] = eventsOf<{ account: Account; readAs: string }>(stdout, 'document-end');
    expect(end).toMatchObject({ readAs: 'log', account: { lines: 50_000, bytes: 5_296_891 } });
    const decoded = 50_000 - (end?.account.skippedLines ?? 0);
    expect(decoded).toBeGreaterThan(passages.length);
    expect(decoded).toBeLessThan(1000);
    expect(stderr).toMatch(/read as a log: \d+ lines decoded, 49,\d{3} \(5\.\d+ MB\) skipped: repeated/);
  });
});

describe('unspool stream --anomalies', () => {
  it('tells of a planted fault that sounds like trouble, in few lines', async () => {
    const first = 16_001;
    const path = file('around.log', lines.slice(first - 1, first + 2999).join('\n'));
    const { stdout, code } = await unspool(['stream', '-q', '--anomalies', '--json', path]);
    expect(code).toBe(0);
    const found = eventsOf<{ line: number }>(stdout, 'anomaly');
    expect(faultsIn(found.map(({ line }) => first - 1 + line))).toBe(1);
    expect(found.length).toBeLessThan(20);
  });
});
