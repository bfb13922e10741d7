// unspool analyze --horizon, --surprise and --attention through the real binary: figures that must add up.

import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type {
  AttentionHead,
  BlockScored,
  DocumentEnd,
  HorizonRow,
  LineSurprise,
  RunEvent,
  SurprisingLine,
} from '../../src/engine/events/events.js';
import { digits } from '../../src/reporters/format.js';
import { file, root, shell } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { csvRows, pageTables } from '../support/reports.js';
import { checked } from '../support/schema.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const excerpt = readFileSync(novel, 'utf8').slice(30_000, 33_000);
const text = file('excerpt.txt', excerpt);

/** The events of one kind, each as the schema describes it. */
function of<Event extends RunEvent>(stdout: string, name: Event['event']): Event[] {
  return checked(stdout).filter(({ event }) => event === name) as unknown as Event[];
}

describe('unspool analyze --horizon', () => {
  it('has rows whose mean is that of all scores of the chunks, the same in every file', async () => {
    const [csv, page] = [file('horizon.csv', ''), file('horizon.html', '')];
    const files = ['--csv', csv, '--report', page];
    const { stdout, stderr, code } = await unspool([
      ...['analyze', '--horizon', '--chunk', '100', '--json', '--events', ...files, text],
    ]);
    expect(code).toBe(0);
    const rows = of<HorizonRow>(stdout, 'horizon-row');
    expect(rows.map(({ context }) => context)).toEqual([
      [1, 16],
      [16, 32],
      [32, 64],
      [64, 100],
    ]);
    const blocks = of<BlockScored>(stdout, 'block-scored');
    const [end] = of<DocumentEnd>(stdout, 'document-end');
    const scored = end?.account.tokens.scored ?? 0;
    expect(scored).toBe(blocks.length * 99);
    const mean = blocks.reduce((sum, { nats }) => sum + nats, 0) / scored;
    const weighted = rows.reduce((sum, { context: [from, to], natsPerToken }) => sum + natsPerToken * (to - from), 0);
    expect(weighted / 99).toBeCloseTo(mean, 6);
    for (const [index, { gain, chunks, natsPerToken }] of rows.entries()) {
      expect(chunks).toBe(blocks.length);
      const before = rows[index - 1]?.natsPerToken;
      expect(gain?.natsPerToken).toEqual(before === undefined ? undefined : expect.closeTo(before - natsPerToken, 9));
    }
    const { read = 0, inView = 0, evicted = 0, skipped = 0 } = end?.account.tokens ?? {};
    expect([inView + evicted + skipped, end?.account.bytes]).toEqual([read, Buffer.byteLength(excerpt)]);
    expect(csvRows(csv).map((row) => [row['context.from'], row['context.to'], row.natsPerToken, row.chunks])).toEqual(
      rows.map(({ context: [from, to], natsPerToken, chunks }) => [from, to, natsPerToken, chunks].map(String)),
    );
    const table = pageTables(page).get('Surprise by context');
    expect(table?.map((cells) => cells.slice(0, 2))).toEqual(
      rows.map(({ context: [from, to], natsPerToken }) => [`${from}–${to - 1}`, digits(Math.exp(natsPerToken), 4)]),
    );
    expect(stderr).toContain(` ${read.toLocaleString('en-US')} tokens read = 99 in view`);
  });

  it('names --chunk where a chunk is too large for the memory', async () => {
    const { stderr, code } = await unspool(['analyze', '--horizon', '--chunk', '900000000', text]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^unspool: a cache of 900000000 cells takes \S+ GB, [^\n]*\(use a smaller --chunk\)\n$/);
  });
});

describe('unspool analyze --surprise', () => {
  it('has lines that add up to the document, and ranks them, the same in every file', async () => {
    const [csv, page] = [file('surprise.csv', ''), file('surprise.html', '')];
    const files = ['--csv', csv, '--report', page];
    const { stdout, stderr, code } = await unspool(['analyze', '--surprise', '--top', '4', '--json', ...files, text]);
    expect(code).toBe(0);
    const lines = of<LineSurprise>(stdout, 'line-surprise');
    const [end] = of<DocumentEnd>(stdout, 'document-end');
    const { natsPerToken: mean, tokens = 0 } = end?.perplexity ?? {};
    expect(lines.reduce((sum, { nats }) => sum + nats, 0) / tokens).toBeCloseTo(mean ?? 0, 9);
    expect(lines.reduce((sum, line) => sum + line.tokens, 0)).toBe(tokens);
    expect(lines.map(({ line }) => line)).toEqual(lines.map(({ line }) => line).sort((a, b) => a - b));
    const ranked = lines
      .filter((line) => line.tokens >= 4)
      .map(({ line, nats, tokens }) => ({ line, tokens, natsPerToken: nats / tokens }))
      .sort((a, b) => b.natsPerToken - a.natsPerToken)
      .slice(0, 4);
    const found = of<SurprisingLine>(stdout, 'surprising-line');
    expect(found.map(({ line, tokens, natsPerToken }) => ({ line, tokens, natsPerToken }))).toEqual(ranked);
    const source = excerpt.split('\n');
    const rows = csvRows(csv);
    for (const [index, { line, natsPerToken, tokens, pieces }] of found.entries()) {
      const words = pieces.map((piece) => piece.text).join('');
      if (pieces.length === tokens) expect(words.trim()).toBe(source[line - 1]?.trim());
      else expect(source[line - 1]).toContain(words.trim());
      expect(rows[index]).toMatchObject({ line: String(line), natsPerToken: String(natsPerToken), text: words });
    }
    expect(rows).toHaveLength(4);
    const table = pageTables(page).get('Most surprising lines');
    expect(table?.map(([line, nats]) => [line, nats])).toEqual(
      found.map(({ line, natsPerToken }) => [String(line), digits(natsPerToken, 3)]),
    );
    // The page shades the text; all of it is there.
    const shaded = readFileSync(page, 'utf8').split('The text by surprise')[1] ?? '';
    expect(shaded.replace(/<[^>]+>/g, '')).toContain(excerpt.slice(0, 40).split(/['"&]/)[0]);
    expect(stderr).toMatch(/ scored, rolling PPL \d+\.\d+\n/);
  });

  it('prints file:line: nats and the line, the tokens underlined in colour only', async () => {
    const args = ['analyze', '--surprise', '-q', '--top', '2', '--limit', '250tok', text];
    const plain = await unspool(args, { environment: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    const lines = plain.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^\S+excerpt\.txt:\d+: \d+\.\d+ .* {2}\[tokens: ".*" \d+\.\d+.*\]$/);
    expect(plain.stdout).not.toContain('\u001b');
    const colored = await unspool(args, { environment: { FORCE_COLOR: '1' } });
    expect(colored.stdout).toContain('\u001b[4m');
  });

  it('is the text itself with --heat, shaded in colour only', async () => {
    const small = file('small.txt', `${excerpt.slice(0, 700)}😀`);
    const args = ['analyze', '--surprise', '--heat', '-q', small];
    const plain = await unspool(args);
    expect([plain.stdout, plain.stderr, plain.code]).toEqual([`${readFileSync(small, 'utf8')}\n`, '', 0]);
    const { stdout } = await unspool(args, { environment: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[48;5;');
    expect(stripVTControlCharacters(stdout)).toBe(`${plain.stdout}nats:  3+  6+  9+  12+ \n`);
  });

  it('ends quietly when its reader has seen enough, with exit 0', async () => {
    const { stdout, stderr } = await shell(
      `set -o pipefail; unspool analyze --surprise --heat -q ${novel} | head -n 1; echo "$?"`,
    );
    expect([stdout, stderr]).toEqual(['MOBY-DICK; OR, THE WHALE\n0\n', '']);
  });

  it('tells what it has when it is interrupted, in every file', async () => {
    const folder = join(dirname(text), 'stopped');
    mkdirSync(folder);
    const [page, csv] = [join(folder, 'page.html'), join(folder, 'rows.csv')];
    let sent = false;
    const { stdout, code } = await unspool(['analyze', '--surprise', '--json', '--report', page, '--csv', csv, novel], {
      onLine: (line, interrupt) => {
        if (sent || !line.includes('line-surprise')) return;
        sent = true;
        interrupt();
      },
    });
    expect(code).toBe(130);
    const found = of<SurprisingLine>(stdout, 'surprising-line');
    expect(found.length).toBeGreaterThan(0);
    expect(csvRows(csv).map(({ line }) => line)).toEqual(found.map(({ line }) => String(line)));
    expect(readFileSync(page, 'utf8')).toContain('interrupted');
    expect(readdirSync(folder).sort()).toEqual(['page.html', 'rows.csv']);
    expect(of<DocumentEnd>(stdout, 'document-end')).toMatchObject([{ ended: 'interrupted' }]);
  });
});

describe('unspool analyze --attention', () => {
  it('has shares that add up to 1 for every head, the same in every file, and an account that closes', async () => {
    const [csv, page] = [file('attention.csv', ''), file('attention.html', '')];
    const { stdout, stderr, code } = await unspool([
      ...['analyze', '--attention', '--chunk', '64', '--json', '--csv', csv, '--report', page, text],
    ]);
    expect(code).toBe(0);
    const heads = of<AttentionHead>(stdout, 'attention-head');
    // The bundled model has 6 layers of 6 heads; see fixtures/models/base/README.md.
    expect(heads.map(({ layer, head }) => layer * 6 + head)).toEqual([...Array(36).keys()]);
    for (const { sinks, middle, recent, learnedSink } of heads) {
      expect(sinks + middle + recent).toBeCloseTo(1, 4);
      expect(Math.min(sinks, middle, recent)).toBeGreaterThan(0);
      expect(learnedSink).toBeNull();
    }
    expect(csvRows(csv).map(({ layer, head, sinks, middle, recent }) => [layer, head, sinks, middle, recent])).toEqual(
      heads.map(({ layer, head, sinks, middle, recent }) => [layer, head, sinks, middle, recent].map(String)),
    );
    const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
    expect(pageTables(page).get('Attention by head')).toEqual(
      heads.map(({ layer, head, sinks, middle, recent }) => [
        ...[String(layer), String(head), percent(sinks), percent(middle), percent(recent)],
      ]),
    );
    const [end] = of<DocumentEnd>(stdout, 'document-end');
    const { read = 0, inView = 0, evicted = 0, skipped = 0 } = end?.account.tokens ?? {};
    expect([inView + evicted + skipped, inView, end?.ended]).toEqual([read, 63, 'end']);
    expect(end?.account.bytes).toBe(Buffer.byteLength(excerpt));
    expect(stderr).toMatch(/ in view \+ [\d,]+ forgotten \+ \d+ skipped; 0 scored\n/);
  });

  it('reads 64 chunks of a longer text, and as much as it is told to', async () => {
    const { stdout } = await unspool(['analyze', '--attention', '--chunk', '16', '--json', '-q', novel]);
    expect(of<DocumentEnd>(stdout, 'document-end')).toMatchObject([
      { ended: 'limit', account: { tokens: { read: 64 * 15, skipped: 0 } } },
    ]);
    const limited = await unspool(['analyze', '--attention', '--chunk', '16', '-q', '--limit', '31tok', novel]);
    expect(limited.stdout).toMatch(/moby-dick\.txt\nlayer heads 0-5\n {4}0 /);
    expect(limited.stdout).toMatch(/\nlayer {2}sinks {2}middle {2}recent\n {4}0( +\d+\.\d%){3}\n/);
  });
});
