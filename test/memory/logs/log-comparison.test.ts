import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComparedLog, ReferenceLog, type LogChange } from '../../../src/memory/logs/log-comparison.js';
import { RecentMap } from '../../../src/memory/logs/recent-map.js';
import { TemplateCounts } from '../../../src/memory/logs/template-counts.js';
import { TemplateMiner } from '../../../src/memory/logs/templates.js';
import { recordsOf } from '../../support/logs.js';

function compare(yesterday: readonly string[], today: readonly string[]): Promise<LogChange[]> {
  const miner = new TemplateMiner();
  const reference = new ReferenceLog();
  for (const record of recordsOf(yesterday, miner)) reference.see(record);
  const log = new ComparedLog(reference);
  for (const record of recordsOf(today, miner)) log.see(record);
  return log.findings();
}

/** `lines` in turn, each as often as is said, spread evenly. */
function spread(length: number, every: Readonly<Record<string, number>>): string[] {
  return Array.from({ length }, (_, at) =>
    Object.entries(every)
      .filter(([, step]) => at % step === 0)
      .map(([line]) => line),
  ).flat();
}

describe('ComparedLog', () => {
  it('says what is new, gone, more and less frequent, and by how much', async () => {
    const idle = 'tick of the clock';
    const yesterday = spread(2000, {
      [idle]: 1,
      'login failed for user': 100,
      'backup made to tape': 20,
      'page served': 2,
    });
    const today = [
      ...spread(2000, { [idle]: 1, 'login failed for user': 8, 'page served': 20 }),
      'disk melted beyond repair',
    ];
    const findings = await compare(yesterday, today);
    const byKind = Object.fromEntries(findings.map((finding) => [finding.comparison.kind, finding]));
    expect(byKind.new).toMatchObject({ text: 'disk melted beyond repair', count: 1, lines: [2351, 2351] });
    expect(byKind.new?.comparison).toMatchObject({ reference: 0, ratio: null, pValue: null, distance: 1 });
    expect(byKind.more).toMatchObject({ text: 'login failed for user', count: 250, comparison: { reference: 20 } });
    const [low = 0, estimate = 0, high = 0] = byKind.more?.comparison.ratio ?? [];
    expect(estimate).toBeCloseTo(250 / 20, 9);
    expect(low).toBeLessThan(estimate);
    expect(high).toBeGreaterThan(estimate);
    // Where it is gone, text and lines are the reference's.
    expect(byKind.gone).toMatchObject({
      text: 'backup made to tape',
      lines: [3, 3],
      count: 0,
      comparison: { reference: 100 },
    });
    expect(byKind.less).toMatchObject({ text: 'page served', comparison: { reference: 1000 } });
    expect(findings.map(({ score }) => score)).toEqual(findings.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('says nothing of a log beside itself', async () => {
    const line = fc.constantFrom('tick of the clock', 'login failed for 7', 'page 3 served', 'disk 1 is full');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 300 }), async (lines) => {
        expect(await compare(lines, lines)).toEqual([]);
      }),
    );
  });

  it('does not take what came in one burst for gone', async () => {
    const idle = new Array<string>(1000).fill('tick of the clock');
    const burst = new Array<string>(200).fill('retry of the upload');
    expect(await compare([...idle, ...burst, ...idle], [...idle, ...idle])).toEqual([]);
  });

  it('tells of a new template whose words are known, where it comes often', async () => {
    const yesterday = spread(400, { 'upload of image to store': 2, 'tick of clock': 1 });
    const [finding, ...others] = await compare(
      yesterday,
      spread(400, { 'upload of image to store': 2, 'tick of clock': 1, 'store 7 to image of upload': 2 }),
    );
    expect(others.filter(({ comparison }) => comparison.kind === 'new')).toEqual([]);
    expect(finding).toMatchObject({ count: 200, comparison: { kind: 'new', reference: 0, ratio: null } });
  });
});

describe('TemplateCounts', () => {
  it('counts in at most 64 blocks of one size, the last of which may be open', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 700 }), (rows) => {
        const counts = new TemplateCounts();
        for (const [index, isFirst] of rows.entries()) {
          counts.add({ id: isFirst ? 1 : 2 }, `line ${index}`, [index + 1, index + 1]);
        }
        const { counts: first, records } = counts.occurrences(1);
        expect(first.length).toBeLessThanOrEqual(64);
        expect(records.reduce((sum, size) => sum + size, 0)).toBe(rows.length);
        expect(new Set(records.slice(0, -1)).size).toBeLessThanOrEqual(1);
        let at = 0;
        for (const [block, size] of records.entries()) {
          expect(first[block]).toBe(rows.slice(at, at + size).filter(Boolean).length);
          at += size;
        }
      }),
    );
  });
});

describe('RecentMap', () => {
  it('holds the latest keys, and at most twice as many', () => {
    const map = new RecentMap<number, number>(10);
    for (let key = 0; key < 100; key += 1) {
      map.set(key, key);
      map.get(0);
    }
    const held = Array.from({ length: 100 }, (_, key) => map.get(key)).filter((value) => value !== undefined);
    expect(held).toEqual(expect.arrayContaining([0, 95, 96, 97, 98, 99]));
    expect(held.length).toBeLessThanOrEqual(20);
  });
});
