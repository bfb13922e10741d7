// unspool analyze --compare through the real binary: against runs of one policy, from a pipe, and interrupted.

import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocumentEnd, RollingPerplexity } from '../../src/engine/events/events.js';
import { binary, file, root, runBinary, shell } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { csvRows, pageTables } from '../support/reports.js';
import { checked, checkedOf } from '../support/schema.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const excerpt = readFileSync(novel, 'utf8').slice(30_000, 32_000);
const text = file('excerpt.txt', excerpt);
const policies = ['sinks:4+60/16', 'window:64/16'];
const compare = ['analyze', '--compare', policies.join()];

/** A folder beside the other files of this test. */
function folder(name: string): string {
  const path = join(dirname(text), name);
  mkdirSync(path);
  return path;
}

/** Processes that a process has started. */
function childrenOf(processId: number): number[] {
  const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(processId)], { encoding: 'utf8' });
  return list.trim().split(/\s+/).map(Number);
}

describe('unspool analyze --compare', () => {
  it('gives each policy the figures of a run of its own, in JSON, as comma-separated values and on a page', async () => {
    const [csv, page, pictures] = [file('compare.csv', ''), file('compare.html', ''), folder('pictures')];
    const files = ['--csv', csv, '--report', page, '--svg', pictures];
    const { stdout, stderr, code } = await unspool([...compare, '-q', '--json', ...files, text]);
    expect([code, stderr]).toEqual([0, '']);
    const rows = checkedOf(stdout, 'comparison-row');
    for (const [index, policy] of policies.entries()) {
      const alone = await unspool(['analyze', '--perplexity', '-q', '--json', '--policy', policy, text]);
      const end = checked(alone.stdout).find(({ event }) => event === 'document-end') as unknown as DocumentEnd;
      const row = rows[index];
      const { value, natsPerToken, bitsPerByte, tokens } = end.perplexity as RollingPerplexity;
      const figures = { value, natsPerToken, bitsPerByte, tokens };
      expect(row).toMatchObject({
        perplexity: figures,
        evicted: end.account.tokens.evicted,
        ended: 'end',
        difference: null,
      });
      const last = row?.curve.at(-1)?.tokens[1];
      expect(last).toBe(figures.tokens);
      const curve = row?.curve.reduce(
        (sum, { tokens: [from, to], natsPerToken }) => sum + natsPerToken * (to - from),
        0,
      );
      expect((curve ?? 0) / figures.tokens).toBeCloseTo(figures.natsPerToken ?? 0, 9);
    }
    expect(rows).toHaveLength(2);
    expect(csvRows(csv)).toMatchObject(
      rows.map(({ perplexity, evicted }) => ({
        'perplexity.policy': perplexity.policy,
        'perplexity.value': String(perplexity.value),
        'difference.verdict': '',
        evicted: String(evicted),
      })),
    );
    const table = [...pageTables(page).values()].find(([first]) => first?.[0] === policies[0]);
    expect(table?.map((cells) => cells.slice(0, 2))).toEqual(
      rows.map(({ perplexity }) => [perplexity.policy, perplexity.value?.toPrecision(4)]),
    );
    const names = readdirSync(pictures);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(readFileSync(join(pictures, name), 'utf8')).toContain('</svg>');
  });

  it('reads no more of a pipe without an end than its limit, and leaves no file behind', async () => {
    const temporary = folder('temporary');
    const { stdout, stderr, code } = await shell(
      `ulimit -f 2000; yes 'the whale' | unspool ${compare.join(' ')} --limit 2kB; echo "$?" >&2; ls -A "$TMPDIR"`,
      { environment: { TMPDIR: temporary } },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^<stdin>\npolicy +PPL +± +nats vs first +± +p +verdict +scored +evicted +tokens\/s +peak memory +ended\n/,
    );
    // No file of more than 2 MB could be written, and the folder for temporary files is empty.
    expect(stdout).toMatch(/\no sinks:4\+60\/16 {3}x window:64\/16 {3}& several\n$/);
    expect(stdout).toMatch(/\nNo test of window:64\/16: it takes 20 batches of 512 tokens/);
    expect(stderr).toMatch(/^<stdin>: 2,000 bytes, 200 lines, up to the limit\n/);
  });

  it('tells which policy runs, and how much is done once a pipe was read to its end', async () => {
    const { stdout } = await unspool([...compare, '-q', '--json', '--events'], { input: excerpt });
    const steps = checked(stdout);
    expect(steps.filter(({ event }) => event === 'policy-start')).toMatchObject([
      { policy: { kind: 'sinks', sinks: 4, window: 60, block: 16 }, index: 0, policies: 2 },
      { policy: { kind: 'window', sinks: 0, window: 64, block: 16 }, index: 1, policies: 2 },
    ]);
    const second = steps.findLastIndex(({ event }) => event === 'policy-start');
    const done = (from: number, to?: number): unknown[] =>
      steps.slice(from, to).flatMap((step) => (step.event === 'block-scored' ? [step.done] : []));
    expect(new Set(done(0, second))).toEqual(new Set([null]));
    const shares = done(second) as number[];
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0.5);
  });

  it('ends when it is interrupted while its input is silent, and leaves no file behind', async () => {
    const temporary = folder('silent');
    // 9,000 bytes are more than what waits for more text.
    const line = `exec "${process.execPath}" "${binary}" ${compare.join(' ')} -q --json --events < <(head -c 9000 ${novel}; exec sleep 6 > /dev/null 2>&1)`;
    let sent = false;
    const { stdout, code } = await shell(line, {
      environment: { TMPDIR: temporary },
      onLine: (event, kill) => {
        if (sent || !event.includes('block-scored')) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(checkedOf(stdout, 'comparison-row')).toMatchObject([
      { perplexity: { policy: policies[0] }, ended: 'interrupted' },
    ]);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('tells what it has when it is interrupted, in every file, and leaves no process behind', async () => {
    const [csv, page] = [join(folder('interrupted'), 'rows.csv'), file('interrupted.html', 'old')];
    let children: number[] = [];
    const { stdout, stderr, code } = await runBinary(
      [...compare, '--json', '--events', '--csv', csv, '--report', page, novel],
      {
        onLine: (line, kill, processId) => {
          if (children.length > 0 || !line.includes('block-scored')) return;
          children = childrenOf(processId);
          kill('SIGINT');
        },
      },
    );
    expect(code).toBe(130);
    const [row, ...others] = checkedOf(stdout, 'comparison-row');
    expect([row?.ended, others]).toEqual(['interrupted', []]);
    expect(row?.perplexity.tokens).toBeGreaterThan(0);
    expect(csvRows(csv)).toMatchObject([{ ended: 'interrupted', 'perplexity.tokens': String(row?.perplexity.tokens) }]);
    expect(readFileSync(page, 'utf8')).toContain('interrupted');
    expect(readdirSync(dirname(csv))).toEqual(['rows.csv']);
    expect(stderr).toContain('until interrupted');
    expect(children.length).toBeGreaterThan(0);
    for (const child of children) expect(existsSync(`/proc/${child}`)).toBe(false);
  });

  it('has no table of a document that cannot be read, and says that an empty one holds no text', async () => {
    const { stdout, stderr, code } = await unspool([...compare, '/nowhere/book.txt', file('empty.txt', '')]);
    expect(code).toBe(1);
    expect(stdout.match(/^policy/gm)).toHaveLength(1);
    expect(stdout).not.toContain('nowhere');
    expect(stdout).toMatch(/empty\.txt\npolicy[^\n]+\nsinks:4\+60\/16 +- +- /);
    const said = stderr.split('\n').filter((line) => line.startsWith('unspool: '));
    expect(said).toEqual([
      expect.stringMatching(/warning: \S+empty\.txt: holds no text$/),
      expect.stringMatching(/^unspool: \/nowhere\/book\.txt: no such file/),
    ]);
  });
});
