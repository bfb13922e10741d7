import { describe, expect, it } from 'vitest';
import type { TopLevelSpec } from 'vega-lite';
import { sharesByLayer, sinkShares } from '../../../src/reporters/svg/attention.js';
import type { Chart } from '../../../src/reporters/svg/chart.js';
import { gainPerDoubling, surpriseByContext } from '../../../src/reporters/svg/horizon.js';
import { studentQuantile } from '../../../src/reporters/svg/intervals.js';
import { differencesToFirst, perplexityByPosition } from '../../../src/reporters/svg/policies.js';
import { renderInline } from '../../../src/reporters/svg/render.js';
import { TokenHistogram } from '../../../src/reporters/svg/token-histogram.js';
import { attention, comparison, horizon } from '../../support/report-events.js';

/** The data that a chart draws. */
function values(chart: Chart | undefined): Record<string, unknown>[] {
  const { data } = (chart?.marks(760) ?? {}) as TopLevelSpec;
  return (data as { values: Record<string, unknown>[] }).values;
}

describe('confidence intervals', () => {
  it('are as wide as the tables of Student’s t say', () => {
    // Two-sided 95%: Abramowitz and Stegun 1964, table 26.10; 19 and 255 degrees by scipy.stats.t.ppf.
    const table: [degrees: number, quantile: number][] = [
      [10, 2.228],
      [19, 2.093],
      [30, 2.042],
      [60, 2.0],
      [120, 1.98],
      [255, 1.9693],
    ];
    for (const [degrees, quantile] of table) expect(studentQuantile(degrees)).toBeCloseTo(quantile, 3);
  });
});

describe('charts of policies', () => {
  it('draw the perplexity of each run of tokens at its middle', () => {
    const rows = comparison();
    const points = values(perplexityByPosition(rows));
    expect(points).toHaveLength(4 * 128);
    expect(points[1]).toEqual({
      policy: 'sinks:4+508/64',
      position: 1536,
      perplexity: Math.exp(rows[0]?.curve[1]?.natsPerToken ?? 0),
    });
  });

  it('draw differences with 95% confidence intervals, where there is one', () => {
    const points = values(differencesToFirst(comparison()));
    expect(points.map(({ policy }) => policy)).toEqual(['recompute:512/64', 'window:512/64', 'window:128/16']);
    // 0.0911 ± 1.9693 · 0.0048 (255 degrees of freedom)
    expect(points[2]?.from).toBeCloseTo(0.0911 - 0.009453, 5);
    expect(points[2]?.to).toBeCloseTo(0.0911 + 0.009453, 5);
    const untested = comparison().map((row) => ({ ...row, difference: null }));
    expect(differencesToFirst(untested)).toBeUndefined();
  });
});

describe('charts of the horizon', () => {
  it('draw surprise at the mean number of tokens in front', () => {
    const points = values(surpriseByContext(horizon()));
    expect(points.map(({ context }) => context)).toEqual([8, 23.5, 47.5, 95.5, 191.5, 383.5, 767.5, 1535.5]);
    // 4.61 ± 1.9983 · 0.021 (63 degrees of freedom)
    expect(points[0]?.from).toBeCloseTo(4.61 - 0.041965, 5);
  });

  it('draw gains over their ranges of contexts', () => {
    expect(values(gainPerDoubling(horizon()))[0]).toMatchObject({ left: 16, right: 32, natsPerToken: 4.61 - 4.12 });
  });

  it('leave out error bars where there is no error, and say so', async () => {
    const rows = horizon().map((row) => ({
      ...row,
      standardError: null,
      gain: row.gain && { ...row.gain, standardError: null },
      chunks: 7,
    }));
    const [with_, without] = [surpriseByContext(horizon()), surpriseByContext(rows)];
    if (with_ === undefined || without === undefined) throw new Error('no chart');
    expect(without.caption).toContain('Too few chunks for an error');
    const rules = (svg: string): number => [...svg.matchAll(/stroke-width="1.75"/g)].length;
    expect(rules(await renderInline(with_, 760)) - rules(await renderInline(without, 760))).toBeGreaterThanOrEqual(8);
  });
});

describe('charts of attention', () => {
  it('draw a cell for each head', async () => {
    const chart = sinkShares(attention(5, 7));
    expect(values(chart)).toHaveLength(35);
    if (chart === undefined) throw new Error('no chart');
    const svg = await renderInline(chart, 760);
    // The cells, parted by strokes of the ground's color.
    expect([...svg.matchAll(/<path[^>]*stroke="#ffffff"/g)]).toHaveLength(35);
  });

  it('draw shares that add up to one in each layer', () => {
    const shares = values(sharesByLayer(attention(3, 4, 0.2)));
    for (const layer of [0, 1, 2]) {
      const own = shares.filter((share) => share.layer === layer);
      expect(own.map(({ kind }) => kind)).toEqual(['learned sinks', 'sinks', 'middle', 'recent']);
      expect(own.reduce((sum, { share }) => sum + Number(share), 0)).toBeCloseTo(1, 10);
    }
  });
});

describe('the histogram of tokens', () => {
  it('counts in half nats, and all from 15 up together', () => {
    const histogram = new TokenHistogram();
    for (const nats of [0, 0.49, 0.5, 15, 40]) histogram.add(nats);
    const bins = values({ ...(histogram.chart() ?? fail()) });
    expect(bins.filter(({ share }) => share !== 0)).toEqual([
      { from: 0, to: 0.5, share: 0.4 },
      { from: 0.5, to: 1, share: 0.2 },
      { from: 15, to: 15.5, share: 0.4 },
    ]);
  });
});

describe('a picture', () => {
  it('is as wide as asked for, and its name is text', async () => {
    const chart = differencesToFirst(comparison());
    if (chart === undefined) throw new Error('no chart');
    for (const width of [340, 860]) {
      const svg = await renderInline({ ...chart, title: 'a <b> & "c"' }, width);
      expect(svg).toMatch(new RegExp(`^<svg xmlns="[^"]*" role="img" width="${width}"`));
      expect(svg).toContain('<title>a &lt;b> &amp; "c"</title>');
    }
  });
});

function fail(): never {
  throw new Error('no chart');
}
