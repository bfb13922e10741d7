// unspool analyze --plan through the real binary, with the bundled model.

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { file, root, shell, start } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked, checkedOf } from '../support/schema.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const model = `${root}fixtures/models/base/base.gguf`;
const text = file('short.txt', 'Call me Ishmael.\n'.repeat(20));

function tokensOf(stdout: string): Record<string, unknown> {
  const overview = checked(stdout).find(({ event }) => event === 'overview');
  return (overview?.tokens as Record<string, unknown>[])[0] ?? {};
}

describe('unspool analyze --plan', () => {
  it('prints a table of five ways, and what was left open', async () => {
    const { stdout, stderr, code } = await unspool(['analyze', '--plan', '--hosts', '4', '--memory', '0.3', novel]);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 2).join(' ')).toMatch(
      /moby-dick\.txt: 365,298 tokens of unspool base; a100-nvlink: 312 TFLOP\/s, 300 GB\/s, 300 MB$/,
    );
    const table = lines.slice(1 + lines.findIndex((line) => line.startsWith('way')));
    const cells = table.slice(0, 5).map((line) => line.split(/ {2,}/));
    expect(cells.map(([way, hosts, , , fits]) => [way, hosts, fits])).toEqual([
      ['one host', '1', 'no'],
      ['layers split', '4', 'yes'],
      ['ring', '4', 'no'],
      ['ring, zigzag', '4', 'no'],
      ['unspool', '1', 'yes'],
    ]);
    expect(stdout).toContain('Cheapest exact way that fits: layers split.\n');
    expect(stdout).toContain('unspool: sinks:4+508/64, 512 tokens in view, 364,786 forgotten at the end.\n');
    expect(stderr).toMatch(/^unspool: warning: \S+moby-dick\.txt: its 365298 tokens are more than the 512 that /);
    expect(stderr).toMatch(/\n1 document in 0:\d\d /);
  });

  it("counts tokens and cache as --count does, and work by the model's card", async () => {
    const { stdout, code } = await unspool(['analyze', '--plan', '--json', text]);
    expect(code).toBe(0);
    const counted = checked((await unspool(['analyze', '--json', '--model', model, text])).stdout);
    expect(counted.find(({ event }) => event === 'overview')).toMatchObject({
      tokens: [{ kind: 'encoding' }, tokensOf(stdout)],
    });
    const [one] = checkedOf(stdout, 'plan-row');
    expect(one?.memory.cache).toBe(tokensOf(stdout).cacheBytes);
    const n = one?.tokens ?? 0;
    expect(n).toBe(Number(tokensOf(stdout).tokens) + 1);
    // 3,221,952 parameters; 6 layers, queries of 6 heads of 32 numbers.
    expect(one?.flops).toBe(2 * 3_221_952 * n + (2 * 2 * 6 * 6 * 32 * n * (n + 1)) / 2);
    expect(one?.seconds).toBe((one?.flops ?? 0) / 312e12);
  });

  it('has each host given in numbers', async () => {
    const machine = ['--hosts', '3', '--flops', '82.6', '--bandwidth', '1.25', '--memory', '24'];
    const rows = checkedOf((await unspool(['analyze', '--plan', '--json', ...machine, text])).stdout, 'plan-row');
    expect(rows).toHaveLength(5);
    for (const { device } of rows) {
      expect(device).toEqual({ name: null, flopsPerSecond: 82.6e12, bytesPerSecond: 1.25e9, memoryBytes: 24e9 });
    }
    expect(rows[2]?.ring).toMatchObject({ rounds: 3, leastBlockTokens: 66_080, communicationHidden: false });
  });

  it('takes the memory of a device, and the window, from the options', async () => {
    const options = ['--device', 'tpu-v5e', '--sinks', '2', '--window', '30'];
    const rows = checkedOf((await unspool(['analyze', '--plan', '--json', ...options, text])).stdout, 'plan-row');
    expect(rows[0]?.device).toMatchObject({ name: 'tpu-v5e', memoryBytes: 16e9 });
    expect(rows[4]).toMatchObject({ policy: expect.stringMatching(/^sinks:2\+30\//) as string, hosts: 1 });
    expect(rows[4]?.forgotten).toBe((rows[4]?.tokens ?? 0) - 32);
  });

  it('says of a document that fits that nothing is forgotten', async () => {
    const { stdout, stderr } = await unspool(['analyze', '--plan', '-q', text]);
    expect(stdout).toContain(' tokens in view, nothing forgotten.\n');
    expect(stdout).toContain('Cheapest exact way that fits: one host.\n');
    expect(stderr).toBe('');
  });

  it('plans an empty document: weights, and the beginning token', async () => {
    const { stdout, code } = await unspool(['analyze', '--plan', '--json', file('empty.txt', '')]);
    expect(code).toBe(0);
    const rows = checkedOf(stdout, 'plan-row');
    expect(rows.map(({ tokens, forgotten, fits }) => [tokens, forgotten, fits])).toEqual(
      Array.from({ length: 5 }, () => [1, 0, true]),
    );
  });

  it('plans each document of several, and none that cannot be read', async () => {
    const { stdout, stderr, code } = await unspool(['analyze', '--plan', '--json', text, '/nowhere.txt', text]);
    expect(code).toBe(1);
    expect(checkedOf(stdout, 'plan-row').map(({ document }) => document.index)).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 2, 2]);
    expect(stderr).toMatch(/\nunspool: \/nowhere\.txt: no such file/);
    const table = await unspool(['analyze', '--plan', text, '/nowhere.txt', text]);
    expect(table.stdout.match(/^way /gm)).toHaveLength(2);
    expect(table.stdout.match(/^Estimates\. /gm)).toHaveLength(1);
  });

  it('reads standard input, and writes rows with --csv and results with -o', async () => {
    const csv = file('plan.csv', '');
    const output = file('plan.txt', '');
    const input = readFileSync(text);
    const { stdout, code } = await unspool(['analyze', '--plan', '-q', '--csv', csv, '-o', output], { input });
    expect([stdout, code]).toEqual(['', 0]);
    const rows: Record<string, string>[] = parse(readFileSync(csv), { columns: true, record_delimiter: '\r\n' });
    expect(rows.map(({ approach }) => approach)).toEqual([
      ...['one-host', 'layer-split', 'ring', 'zigzag-ring', 'rolling'],
    ]);
    expect(readFileSync(output, 'utf8')).toMatch(/^<stdin>: \d+ tokens of unspool base;/);
  });

  it('says with --verbose what it settled on', async () => {
    const { stderr } = await unspool(['analyze', '--plan', '-v', '--hosts', '3', text]);
    expect(stderr).toMatch(
      /^hosts {6}3 \(option\)\ndevice {5}a100-nvlink \(default\)\nmemory {5}80 GB \(default\)\nmodel {6}\S+base\.gguf \(default\)\n/,
    );
  });

  it('ends with the failure where no model can be opened', async () => {
    const { stdout, code } = await unspool(['analyze', '--plan', '--json', '--model', '/nowhere.gguf', text]);
    expect(code).toBe(1);
    expect(checked(stdout)).toMatchObject([
      { event: 'run-start', model: null },
      { event: 'run-end', status: 'failed', error: { code: 'model-not-found' } },
    ]);
  });

  it('ends quietly when the reader of its output leaves', async () => {
    const many = Array.from({ length: 500 }, () => text).join(' ');
    const { stderr, code } = await shell(`set -o pipefail; unspool analyze --plan -q --json ${many} | head -n 1`);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('plans nothing of a document that was not read to its end, and exits 130', async () => {
    const running = start(['analyze', '--plan', '--json', text, '-'], { input: 'Call me Ishmael.\n', silent: true });
    await running.shows('stdout', /"document-start","document":\{"index":1/);
    running.child.kill('SIGINT');
    const { stdout, code } = await running.result;
    expect(code).toBe(130);
    expect(checkedOf(stdout, 'plan-row').map(({ document }) => document.index)).toEqual([0, 0, 0, 0, 0]);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted', documents: 2 });
  });
});
