// unspool stream --perplexity through the real binary: standard output, standard error, exit code, files.

import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { binary, events, file, root, shell } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const excerpt = readFileSync(novel, 'utf8').slice(30_000, 32_200);
const text = file('excerpt.txt', excerpt);

interface End {
  readonly account: { readonly bytes: number; readonly tokens: { readonly read: number } };
  readonly perplexity: { readonly natsPerToken: number; readonly tokens: number };
}

describe('unspool stream', () => {
  it('prints a table on standard output and the account on standard error', async () => {
    const { stdout, stderr, code } = await unspool(['stream', '--perplexity', text]);
    expect(code).toBe(0);
    const [header, row, ...rest] = stdout.trimEnd().split('\n');
    expect(header?.trim().split(/\s+/)).toEqual([
      'PPL',
      '±',
      'nats/token',
      'bits/byte',
      'tokens',
      'protocol',
      'and',
      'policy',
      'document',
    ]);
    expect(row).toMatch(/^ *\d+\.\d+ +- +\d\.\d{3} +\d\.\d{3} +\d+ {2}rolling sinks:4\+508\/64 +\S+excerpt\.txt$/);
    expect(rest).toEqual([]);
    expect(stderr).toMatch(
      /excerpt\.txt: 2,2\d\d bytes, \d+ lines\n {2}\d+ tokens read = 511 in view \(lines \d+-\d+\) \+ \d+ forgotten \+ 0 skipped; \d+ scored\n {2}no error of PPL: it takes 20 batches of 512 tokens, these are \d\n/,
    );
    expect(stderr).toMatch(/unspool base \(3\.2M parameters\), sinks:4\+508\/64: \d+ tokens in \d+:\d\d/);
  });

  it('gives the same figures twice, from a file, a pipe, and compressed', async () => {
    const quiet = ['stream', '--perplexity', '--quiet', '--json'];
    const results = [
      await unspool([...quiet, text]),
      await unspool([...quiet, text]),
      await unspool(quiet, { input: excerpt }),
      await unspool([...quiet, '-'], { input: gzipSync(excerpt) }),
      await unspool([...quiet, file('excerpt.txt.br', brotliCompressSync(excerpt))]),
    ];
    const figures = results.map(({ stdout, stderr, code }) => {
      expect(code).toBe(0);
      expect(stderr).toBe('');
      return events(stdout).find(({ event }) => event === 'document-end');
    });
    for (const { account, perplexity } of figures as { account: unknown; perplexity: unknown }[]) {
      expect({ account, perplexity }).toEqual({ account: figures[0]?.account, perplexity: figures[0]?.perplexity });
    }
  });

  it('prints events that the schema describes, and inner ones only when asked', async () => {
    const plain = checked((await unspool(['stream', '--perplexity', '--json', text])).stdout);
    expect(plain.map(({ event }) => event)).toEqual(['run-start', 'document-start', 'document-end', 'run-end']);
    const inner = checked((await unspool(['stream', '--perplexity', '--json', '--events', text])).stdout);
    expect(new Set(inner.map(({ event }) => event))).toEqual(
      new Set(['run-start', 'document-start', 'block-scored', 'evicted', 'note', 'document-end', 'run-end']),
    );
    const sum = inner.reduce((nats, event) => nats + (event.event === 'block-scored' ? Number(event.nats) : 0), 0);
    const end = inner.find(({ event }) => event === 'document-end') as unknown as {
      perplexity: { natsPerToken: number; tokens: number };
    };
    expect(sum / end.perplexity.tokens).toBeCloseTo(end.perplexity.natsPerToken, 9);
  });

  it('scores several documents apart and in total', async () => {
    const second = file('second.txt', excerpt.slice(0, 900));
    const { stdout, code } = await unspool(['stream', '--perplexity', '--json', text, second]);
    expect(code).toBe(0);
    const all = checked(stdout);
    const ends = all.filter(({ event }) => event === 'document-end') as unknown as [End, End];
    const total = all.at(-1) as unknown as End;
    const weighted = ends.map(({ perplexity }) => perplexity.natsPerToken * perplexity.tokens);
    expect(total.perplexity.natsPerToken).toBeCloseTo(
      (weighted[0] ?? 0) / total.perplexity.tokens + (weighted[1] ?? 0) / total.perplexity.tokens,
      9,
    );
    expect(total.account.bytes).toBe(ends[0].account.bytes + ends[1].account.bytes);
    expect((await unspool(['stream', '--perplexity', '-q', text, second])).stdout.trimEnd().split('\n').at(-1)).toMatch(
      / total$/,
    );
  });

  it('reads only the first part with --limit', async () => {
    const read = async (limit: string): Promise<{ bytes: number; tokens: { read: number } }> => {
      const { stdout } = await unspool(['stream', '--perplexity', '--json', '--limit', limit, novel]);
      const end = events(stdout).find(({ event }) => event === 'document-end');
      return end?.account as { bytes: number; tokens: { read: number } };
    };
    expect((await read('300tok')).tokens.read).toBe(300);
    expect((await read('1KiB')).bytes).toBe(1024);
  });

  it('takes the policy that is asked for', async () => {
    const policyOf = async (...args: string[]): Promise<unknown> => {
      const { stdout } = await unspool(['stream', '--perplexity', '--json', '--limit', '200tok', ...args, text]);
      return events(stdout)[0]?.policy;
    };
    expect(await policyOf('--policy', 'recompute:64/16')).toEqual({
      kind: 'recompute',
      sinks: 0,
      window: 64,
      block: 16,
    });
    expect(await policyOf('--policy', 'sinks', '--window', '60')).toEqual({
      kind: 'sinks',
      sinks: 4,
      window: 60,
      block: 8,
    });
    expect(await policyOf('--sinks', '2', '--block', '8')).toEqual({ kind: 'sinks', sinks: 2, window: 510, block: 8 });
    expect(await policyOf('--policy', 'dense')).toEqual({ kind: 'dense', sinks: 0, window: 512, block: 64 });
  });

  it('keeps a link a link and a mode a mode with -o, and writes to a pipe as it is', async () => {
    const target = file('target.txt', 'old');
    chmodSync(target, 0o600);
    const link = `${target}.link`;
    symlinkSync(target, link);
    const args = (path: string): string[] => ['stream', '--perplexity', '-q', '--limit', '20tok', '-o', path, text];
    expect((await unspool(args(link))).code).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain('PPL');
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const pipe = `${target}.pipe`;
    const { stdout } = await shell(
      `mkfifo ${pipe}; unspool stream --perplexity -q --limit 20tok -o ${pipe} ${text} & cat ${pipe}; wait; [ -p ${pipe} ] && echo still a pipe`,
    );
    expect(stdout).toMatch(/excerpt\.txt\nstill a pipe\n$/);
    const folder = await unspool(args('/tmp'));
    expect([folder.code, folder.stdout]).toEqual([1, '']);
    expect(folder.stderr).toMatch(/^unspool: \/tmp: cannot be written: EISDIR/);
  });

  it('says how a document ended', async () => {
    const ended = async (...args: string[]): Promise<unknown> => {
      const { stdout, stderr } = await unspool(['stream', '--perplexity', '-q', '--json', ...args, text]);
      return [checked(stdout).find(({ event }) => event === 'document-end')?.ended, stderr];
    };
    expect(await ended()).toEqual(['end', '']);
    expect(await ended('--limit', '100tok')).toEqual(['limit', '']);
    expect(await ended('--limit', '1kB')).toEqual(['limit', '']);
    // Warnings are shown with --quiet too.
    expect(await ended('--policy', 'dense:100/10')).toEqual(['full', expect.stringContaining('warning: ')]);
  });

  it('keeps terminal escapes of a document and of its name from the terminal', async () => {
    const path = file('evil\u001b[31m.txt', `\u001b[2J\u001b]0;title\u0007${excerpt.slice(0, 300)}`);
    const { stdout, stderr } = await unspool(['stream', '--perplexity', path]);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stderr).toContain('14 control characters removed');
    const missing = await unspool(['stream', '--verbose', 'no\u001b[31mfile']);
    expect(missing.stderr).toContain("'no?[31mfile'");
    expect(missing.stderr).not.toContain('\u001b');
  });
});

describe('unspool stream on bad input', () => {
  it.each([
    ['an empty file', file('empty.txt', '')],
    ['a file of control characters', file('bells.txt', '\u001b[0m\u001b[1m\u001b[0m')],
  ])('says that %s holds no text', async (_, path) => {
    const { stdout, stderr, code } = await unspool(['stream', '--perplexity', path]);
    expect(code).toBe(0);
    expect(stderr).toContain(`warning: ${path}: holds no text\n`);
    expect(stdout).toMatch(/\n +- +- +- +- +0 {2}rolling/);
  });

  it('scores a file of one token', async () => {
    const { stdout, code } = await unspool(['stream', '--perplexity', '--json', file('one.txt', 'a')]);
    expect(code).toBe(0);
    const end = checked(stdout).find(({ event }) => event === 'document-end');
    expect(end).toMatchObject({ account: { bytes: 1, lines: 1, tokens: { read: 1, scored: 1, inView: 1 } } });
  });

  it('prints what it has of a compressed file that is cut short, and exits 1', async () => {
    const whole = gzipSync(excerpt);
    const { stdout, stderr, code } = await unspool([
      'stream',
      '--perplexity',
      file('cut.gz', whole.subarray(0, whole.length - 200)),
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\d{3}  rolling .*cut\.gz\n$/);
    expect(stderr).toMatch(/unspool: \S+cut\.gz: [^\n]+\n$/);
  });

  it('prints what it has of a file that is cut short while it is read, and exits 1', async () => {
    // One token is 14 bytes of this text, so that what was read ahead is soon scored.
    const path = file('shrinking.txt', ' circumstances'.repeat(200_000));
    let cut = false;
    const { stdout, stderr, code } = await unspool(
      ['stream', '--perplexity', '--json', '--events', '--policy', 'sinks:4+252', path],
      {
        onLine: (line) => {
          if (!cut && line.includes('block-scored')) truncateSync(path, 1000);
          cut ||= line.includes('block-scored');
        },
      },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/unspool: \S+shrinking\.txt: was cut short while it was read/);
    const end = checked(stdout).find(({ event }) => event === 'document-end');
    expect(end).toMatchObject({ error: { code: 'document-truncated' } });
  });

  it('ends quietly when the reader of its output leaves', async () => {
    const { stdout, stderr, code } = await shell(
      `set -o pipefail; unspool stream --perplexity -q --json --events ${novel} | head -n 3; echo "$?"`,
    );
    expect(stdout.split('\n')).toHaveLength(5);
    expect(stdout).toMatch(/\n0\n$/);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('refuses a cache that does not fit the memory', async () => {
    const { stderr, code } = await unspool(['stream', '--perplexity', '--window', '900000000', text]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^unspool: a cache of 90000000\d cells takes [\d.]+ GB, and [\d.]+ GB of memory is free \(use a smaller --context\)\n$/,
    );
  });

  it.skipIf(process.platform === 'win32')('ends on an interrupt while a named pipe is silent', async () => {
    const pipe = `${text}.silent`;
    const { code } = await shell(
      `mkfifo ${pipe}; "${process.execPath}" "${binary}" stream -q ${pipe} & exec 3>${pipe}; kill -INT $!; wait $!`,
    );
    expect(code).toBe(130);
  });
});

describe('unspool on wrong usage', () => {
  it.each([
    [['stream', '--perplexity', '--policy', 'sinks:4', text], /sinks\[:S\+W\]/],
    [
      ['stream', '--perplexity', '--policy', 'sinks:4+60', '--block', '8', text],
      /--block cannot be combined with numbers/,
    ],
    [
      ['stream', '--perplexity', '--policy', 'dense', '--sinks', '8', text],
      /--sinks has no meaning with --policy dense/,
    ],
    [['stream', '--perplexity', '--limit', 'ten', text], /64KiB/],
    [['stream', '--perplexity', '--window', '0', text], /whole number from 1/],
  ])('%j is one line on standard error and exit 2', async (args, message) => {
    const { stdout, stderr, code } = await unspool(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });

  it('runs a window without sinks', async () => {
    const { stdout, code } = await unspool(['stream', '--perplexity', '-q', '--policy', 'window:64', text]);
    expect(code).toBe(0);
    expect(stdout).toContain('rolling window:64/8');
  });

  it('shows the grammar of policies where one is unknown', async () => {
    const { stderr, code } = await unspool(['stream', '--perplexity', '--policy', 'sink:4+252', text]);
    expect(code).toBe(2);
    expect(stderr).toContain('sinks[:S+W], window[:W], recompute[:W] or dense[:W]');
  });
});
