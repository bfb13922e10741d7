// The digest, anomalies, --given and --continue.

import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LogOverview, Passage, RecordScore } from '../../src/engine/events/events.js';
import { file, root, runBinary, shell, type Result } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';

const log = 'fixtures/documents/services.log';
const lines = readFileSync(join(root, log), 'utf8').split('\n');
const novel = readFileSync(join(root, 'fixtures/documents/moby-dick.txt'), 'utf8');
const excerpt = file('chapter.txt', novel.slice(30_000, 35_000));

interface Account {
  readonly lines: number;
  readonly skippedLines: number;
  readonly bytes: number;
}

function eventsOf<T>(stdout: string, name: string): T[] {
  return checked(stdout).filter(({ event }) => event === name) as T[];
}

describe('unspool stream --digest', () => {
  it('says of a log what it is, and of each finding what it stands for', async () => {
    const path = file('small.log', lines.slice(0, 500).join('\n'));
    const { stdout } = await unspool(['stream', '-q', '--json', '--top', '20', path]);
    const counts = eventsOf<{ count: number }>(stdout, 'passage').map(({ count }) => count);
    expect(counts).toHaveLength(20);
    expect(Math.max(...counts)).toBeGreaterThan(10);
    expect(Math.min(...counts)).toBe(1);
    const text = await unspool(['stream', '-q', '--top', '20', path]);
    expect(text.stdout).toMatch(/^\S+small\.log: records: 500 of \d+ templates, 2026-03-09 00:00:04 to 02:00:40\n/);
    expect(text.stdout).toMatch(/small\.log: levels: error \d+, warning \d+, info \d+, debug \d+\n/);
    expect(text.stdout).toMatch(/small\.log:\d+:.* \(warning.*: \d+ records to line \d+, \d+:\d+:\d+ to \d+:\d+:\d+/);
    const [first] = eventsOf<Passage>(stdout, 'passage');
    expect(first?.finding).toMatchObject({ level: 'warning', source: 'auth-1' });
    expect(eventsOf<LogOverview>(stdout, 'log-overview')).toMatchObject([
      { records: 500, activity: { unit: 'seconds' } },
    ]);
  });

  it('ranks by the signals that are asked for', async () => {
    const path = file('ranked.log', [...lines.slice(0, 300), lines[365] ?? '', lines[4928] ?? ''].join('\n'));
    const first = async (...args: string[]): Promise<string> => {
      const { stdout } = await unspool(['stream', '-q', '--json', '--top', '1', ...args, path]);
      return eventsOf<Passage>(stdout, 'passage')[0]?.text ?? '';
    };
    expect(await first('--signals', 'severity')).toContain('wrong password');
    expect(await first('--signals', 'volume')).not.toContain('wrong password');
    const { code, stderr } = await unspool(['stream', '--signals', 'noise', path]);
    expect(code).toBe(2);
    expect(stderr).toContain('severity, volume, burst, change, rarity, surprise');
  });

  it('counts a last line without a line feed that it did not decode', async () => {
    const path = file(
      'open.log',
      Array<string>(7)
        .fill(lines[0] ?? '')
        .join('\n'),
    );
    const { stdout } = await unspool(['stream', '--as', 'log', '--json', path]);
    const [end] = eventsOf<{ account: Account }>(stdout, 'document-end');
    expect(end?.account).toMatchObject({ lines: 7, skippedLines: 4 });
  });

  it('gives passages of prose in document order, in the words of their lines', async () => {
    const { stdout, code } = await unspool(['stream', '-q', '--json', '--top', '6', excerpt]);
    expect(code).toBe(0);
    const passages = eventsOf<{ lines: [number, number]; text: string }>(stdout, 'passage');
    expect(passages).toHaveLength(6);
    const source = readFileSync(excerpt, 'utf8').split('\n');
    for (const {
      lines: [first, last],
      text,
    } of passages) {
      const there = source
        .slice(first - 1, last)
        .join(' ')
        .replace(/\s+/g, ' ');
      expect(there).toContain(text);
    }
    const starts = passages.map((each) => each.lines[0]);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(eventsOf<{ readAs: string }>(stdout, 'document-end')[0]?.readAs).toBe('prose');
  });

  it('does not depend on where blocks fall', async () => {
    const digests = [];
    for (const block of ['16', '64']) {
      const { stdout } = await unspool(['stream', '-q', '--digest', '--block', block, excerpt]);
      digests.push(stdout);
    }
    // Blocks change what is in view, and so surprise, a little: the passages stay the same nearly always.
    const [left = [], right = []] = digests.map((text) => text.split('\n'));
    expect(left.filter((line) => right.includes(line)).length / left.length).toBeGreaterThan(0.6);
  });

  it('reads a log as prose, or decodes all of it, when told to', async () => {
    const path = file('few.log', lines.slice(0, 40).join('\n'));
    const all = await unspool(['stream', '--all', '--json', path]);
    expect(eventsOf<{ account: Account }>(all.stdout, 'document-end')[0]?.account.skippedLines).toBe(0);
    expect(all.stderr).toContain('read as a log, every line decoded');
    const prose = await unspool(['stream', '--as', 'prose', '--json', path]);
    expect(eventsOf<{ readAs: string }>(prose.stdout, 'document-end')[0]?.readAs).toBe('prose');
    const perplexity = await unspool(['stream', '--perplexity', '--json', path]);
    expect(eventsOf<{ account: Account }>(perplexity.stdout, 'document-end')[0]?.account.skippedLines).toBe(0);
  });
});

describe('unspool stream --anomalies', () => {
  it('counts the lines that it left out up to where it stopped, not those read ahead', async () => {
    const args = ['stream', '--anomalies', '--limit', '2500tok', '--json', '--events', join(root, log)];
    const { stdout, stderr } = await unspool(args);
    const [end] = eventsOf<{ account: Account & { skippedBytes: number } }>(stdout, 'document-end');
    const { lines: last = 0, bytes, skippedLines, skippedBytes } = end?.account ?? {};
    const decoded = new Set(eventsOf<{ line: number }>(stdout, 'line-surprise').map(({ line }) => line));
    const text = lines.slice(0, last);
    const left = text.filter((_, index) => !decoded.has(index + 1));
    expect(skippedLines).toBeGreaterThan(0);
    expect([skippedLines, skippedBytes]).toEqual([left.length, left.join('\n').length + 1]);
    expect(bytes).toBeGreaterThan(skippedBytes ?? 0);
    expect(stderr).toContain(`read as a log: ${last - left.length} lines decoded, ${left.length} (`);
  });

  it('prints file:line:text', async () => {
    const path = file('faulty.log', lines.slice(0, 400).join('\n'));
    const { stdout, stderr } = await unspool(['stream', '--anomalies', path]);
    expect(stderr).toMatch(/^ {2}\d+ anomal(?:y|ies)$/m);
    expect(stdout).toContain(`faulty.log:366:${lines[365] ?? ''} (error`);
  });

  it('tells the score of every record with --events', async () => {
    const path = file('scored.log', lines.slice(0, 300).join('\n'));
    const { stdout } = await unspool(['stream', '--anomalies', '--json', '--events', path]);
    const scores = eventsOf<RecordScore>(stdout, 'record-score');
    expect(scores.map(({ line }) => line)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    const of = (word: string): number[] =>
      scores.filter(({ line }) => lines[line - 1]?.includes(` ${word} `)).map(({ score }) => score);
    expect(Math.min(...of('WARN'))).toBeGreaterThan(Math.max(...of('DEBUG')) / 2);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(of('WARN'))).toBeGreaterThan(mean(of('INFO')));
  });

  it('ends quietly when its reader has read enough', async () => {
    const { stdout, stderr } = await shell(
      `set -o pipefail; unspool stream -q --anomalies ${join(root, log)} | head -n 1; echo "$?"`,
    );
    expect(stdout).toMatch(/^\S+services\.log:\d+:.*\n0\n$/);
    expect(stderr).toBe('');
  });

  it('follows a file as it grows and is rotated, and reports while it waits', async () => {
    const path = file('followed.log', `${lines.slice(0, 300).join('\n')}\n`);
    const steps = [
      () => {
        appendFileSync(path, `${lines[365] ?? ''}\n`);
      },
      () => {
        renameSync(path, `${path}.1`);
        writeFileSync(path, `${lines[17642] ?? ''}\n`);
      },
    ];
    const result: Result = await unspool(['stream', '--anomalies', '--follow', '--json', '--events', path], {
      onLine: (line, interrupt) => {
        const event = JSON.parse(line) as { event: string; text?: string; inView?: number };
        // The first step once the text that is there has been scored; then one for each fault that was reported.
        const isStart = event.event === 'line-surprise' && steps.length === 2 && line.includes('"line":29');
        if (isStart || event.text === lines[365]) steps.shift()?.();
        if (event.text === lines[17642]) interrupt();
      },
    });
    expect(result.code).toBe(130);
    const found = eventsOf<{ line: number; text: string }>(result.stdout, 'anomaly');
    expect(found).toContainEqual(expect.objectContaining({ line: 301, text: lines[365] }));
    expect(found).toContainEqual(expect.objectContaining({ line: 302, text: lines[17642] }));
    expect(eventsOf(result.stdout, 'run-end')).toMatchObject([{ status: 'interrupted' }]);
  });

  it('ranks what a reference does not explain', async () => {
    const yesterday = file('yesterday.log', lines.slice(0, 1200).join('\n'));
    const today = file('today.log', [...lines.slice(3000, 3400), lines[4928], ...lines.slice(3400, 3600)].join('\n'));
    const { stdout, code } = await unspool(['stream', '-q', '--given', yesterday, '--top', '3', today]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(4);
    expect(stdout).toContain(`today.log:401:${lines[4928] ?? ''} (new: 1 record)\n`);
    expect(stdout).not.toContain('yesterday.log:');
  });
});

describe('unspool stream --given', () => {
  it('says of a log what is new, gone, more and less frequent, in the words of its lines', async () => {
    const times = (count: number, line: string): string[] => new Array<string>(count).fill(line);
    const hours = (hour: (at: number) => string[]): string[] =>
      Array.from({ length: 40 }, (_, at) => hour(at).map((line) => `10:${10 + at}:00 app[${at}]: ${line}`)).flat();
    const tick = 'tick of the clock in the hall';
    const yesterday = hours(() => [
      ...times(20, tick),
      'password of visitor rejected',
      ...times(3, 'archive written to tape'),
      ...times(10, 'page served from cache'),
    ]);
    const trace = [
      'Traceback (most recent call last):',
      '  File "queue.py", line 3, in take',
      'KeyError: no such queue',
    ];
    const today = hours((at) => [
      ...times(20, tick),
      ...times(12, 'password of visitor rejected'),
      'page served from cache',
      ...(at === 30 ? trace : []),
    ]);
    const paths = [file('day1.log', yesterday.join('\n')), file('day2.log', today.join('\n'))];
    const { stdout, code } = await runBinary([
      'stream',
      '-q',
      '--as',
      'log',
      '--given',
      ...(paths as [string, string]),
    ]);
    expect(code).toBe(0);
    const head = stdout.split('\n');
    expect(head).toHaveLength(5);
    expect(head[0]).toMatch(
      /day2\.log:1024-1026:.*app\[30\]: Traceback .* ⏎ 10:40:00 app\[30\]: KeyError: no such queue \(new: 1 record\)$/,
    );
    expect(head[1]).toMatch(
      /day2\.log:21:.*password of visitor rejected \(12 times as often beside the rest: 480 records after 40, 95% \d.* to \d+\)$/,
    );
    expect(head).toContainEqual(
      expect.stringMatching(/day1\.log:22:.*written to tape \(gone: 120 records in the reference\)$/),
    );
    expect(head).toContainEqual(
      expect.stringMatching(
        /day2\.log:33:.*from cache \(0\.10 times as often beside the rest: \d+ records after \d+, 95% 0\.\d+ to 0\.\d+\)$/,
      ),
    );
    const json = await runBinary(['stream', '--json', '--as', 'log', '--given', ...(paths as [string, string])]);
    const comparisons = eventsOf<Passage>(json.stdout, 'passage').map(({ comparison }) => comparison);
    expect(comparisons.map((comparison) => comparison?.kind)).toEqual(['new', 'more', 'gone', 'less']);
    expect(comparisons[1]).toMatchObject({ reference: 40, distance: null });
    // The new lines were decoded, though most were not.
    const [, end] = eventsOf<{ account: Account }>(json.stdout, 'document-end');
    expect(end?.account.lines).toBe(today.length);
    expect(end?.account.skippedLines).toBeGreaterThan(today.length / 2);
  });

  it('says so where nothing has changed', async () => {
    const path = file('same.log', lines.slice(0, 300).join('\n'));
    const { stdout, stderr, code } = await unspool(['stream', '--given', path, path]);
    expect([stdout, code]).toEqual(['', 0]);
    expect(stderr.match(/nothing that its reference does not explain/g)).toHaveLength(1);
  });

  it('ranks nothing where its reference cannot be read', async () => {
    const { stdout, stderr, code } = await unspool(['stream', '--given', '/nowhere/yesterday.log', excerpt]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(/^unspool: \/nowhere\/yesterday\.log: no such file [^\n]*\n$/);
  });
});

describe('unspool stream --given on prose', () => {
  it('ranks passages whose terms the reference does not have above those that it holds', async () => {
    const stranger = 'The committee discussed the annual budget of the municipal railway and its accountants.';
    const known = file('known.txt', novel.slice(30_000, 40_000));
    const strange = file('strange.txt', `${novel.slice(32_000, 36_000)}\n\n${stranger}\n`);
    const { stdout } = await unspool(['stream', '-q', '--given', known, '--top', '2', strange]);
    expect(stdout).toContain(stranger);
  });
});

describe('unspool stream --continue', () => {
  it('writes on, the same text with the same seed, and ends with a line feed', async () => {
    const path = file('start.txt', novel.slice(30_000, 31_000).trimEnd());
    const args = ['stream', '-q', '--continue', '30', '--seed', '3'];
    const first = await unspool([...args, path]);
    expect(first.code).toBe(0);
    expect(first.stdout.length).toBeGreaterThan(40);
    expect(first.stdout.endsWith('\n')).toBe(true);
    expect((await unspool([...args, path])).stdout).toBe(first.stdout);
    expect((await unspool([...args, '--seed', '4', path])).stdout).not.toBe(first.stdout);
    const stop = first.stdout.trim().split(/\s+/)[3] ?? '';
    const stopped = await unspool([...args, '--stop', stop, path]);
    expect(first.stdout.startsWith(stopped.stdout.replace(/\n$/, ''))).toBe(true);
    expect(stopped.stdout).not.toContain(stop);
  });

  it('goes on from no text that is empty, missing or cut short', async () => {
    const packed = gzipSync(novel.slice(30_000, 31_000));
    const bad = [file('empty.txt', ''), '/nowhere/book.txt', file('cut.gz', packed.subarray(0, packed.length - 20))];
    const { stdout, code } = await unspool(['stream', '-q', '--json', '--continue', '3', ...bad]);
    expect(code).toBe(1);
    expect(eventsOf(stdout, 'text-delta')).toEqual([]);
    expect(eventsOf<{ ended: string }>(stdout, 'document-end').map(({ ended }) => ended)).toEqual([
      ...['end', 'failed', 'failed'],
    ]);
  });

  it('streams pieces of text as events, and does not count them in the account', async () => {
    const path = file('short.txt', 'It was the best of times, it was the');
    const { stdout } = await unspool(['stream', '--json', '--continue', '5', '--temperature', '0', path]);
    const all = checked(stdout);
    expect(all.map(({ event }) => event)).toEqual([
      'run-start',
      'document-start',
      ...eventsOf(stdout, 'text-delta').map(() => 'text-delta'),
      'document-end',
      'run-end',
    ]);
    expect(eventsOf(stdout, 'text-delta').length).toBeGreaterThan(0);
    const [end] = eventsOf<{ account: Account }>(stdout, 'document-end');
    expect(end?.account.bytes).toBe(36);
  });
});

describe('options of findings', () => {
  const usage: readonly [readonly string[], RegExp][] = [
    [['--perplexity', '--top', '3'], /--top has no meaning with --perplexity/],
    [['--perplexity', '--all'], /--all has no meaning with --perplexity/],
    [['--anomalies', '--top', '3'], /use it with --given/],
    [['--digest', '--given', excerpt], /--given has no meaning with --digest/],
    [['--top-p', '0.5'], /--top-p has no meaning with --digest \(use it with --continue\)/],
    [['--continue', '5', '--top-p', '1.5'], /Give a number from 0 to 1/],
    [['--continue', '5', '--all'], /--all has no meaning with --continue/],
    [['--follow', excerpt], /--follow reads one document/],
  ];
  it.each(usage)('refuses %j', async (args, message) => {
    const { stderr, code } = await unspool(['stream', ...args, excerpt]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('refuses to follow a compressed file', async () => {
    const { stderr, code } = await unspool(['stream', '--follow', file('packed.gz', gzipSync('text\n'.repeat(9)))]);
    expect(stderr).toMatch(/is compressed, and cannot be followed/);
    expect(code).toBe(1);
  });
});
