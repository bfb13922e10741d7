import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../../../src/engine/events/events.js';
import { curvePlot } from '../../../../src/commands/analyze/compare/curve-plot.js';
import { stylesOf } from '../../../../src/reporters/screen.js';
import { colored, terminal, widest } from '../../../reporters/support.js';

const plain = stylesOf(terminal);

/** Points of 100 tokens each, by perplexity. */
function curve(...perplexities: readonly number[]): CurvePoint[] {
  return perplexities.map((value, index) => ({
    tokens: [100 * index, 100 * (index + 1)],
    natsPerToken: Math.log(value),
  }));
}

describe('the plot of perplexity by position', () => {
  it('has equal steps up for equal ratios, a mark for each curve, and & where they meet', () => {
    const curves = [
      { name: 'sinks:4+508/64', points: curve(80, 40, 20, 10) },
      { name: 'window:512/64', points: curve(80, 80, 80, 80) },
      { name: 'dense/64', points: curve(10, 10) },
    ];
    expect(curvePlot(curves, 40, plain)).toMatchInlineSnapshot(`
      "PPL by position in tokens; log scale
      80 ┤&&&&&&&&&xxxxxxxxxxxxxxxxxxxxxxxxxxx
         │
         │
         │
      40 ┤         ooooooooo
         │
         │
         │
      20 ┤                  ooooooooo
         │
         │
         │
      10 ┤++++++++++++++++++         ooooooooo
         └┬─────────────────┬─────────────────
          0                 200
      o sinks:4+508/64   x window:512/64
      + dense/64   & several
      "
    `);
  });

  it('keeps to the width', () => {
    const curves = [{ name: 'recompute:512/64', points: curve(...Array.from({ length: 128 }, (_, at) => 50 + at)) }];
    for (const columns of [20, 40, 79, 80, 200, Infinity]) {
      expect(widest(curvePlot(curves, columns, plain))).toBeLessThanOrEqual(Math.min(80, Math.max(columns, 36)));
    }
    expect(widest(curvePlot(curves, 80, plain))).toBe(80);
  });

  it('does not stretch a curve that is as good as flat', () => {
    const text = curvePlot([{ name: 'dense/64', points: curve(50, 50.01, 49.99) }], 60, plain);
    expect(
      text
        .split('\n')
        .slice(1, 14)
        .filter((row) => row.includes('o')),
    ).toHaveLength(1);
    expect(text.split('\n')[7]).toBe(`      │${'o'.repeat(53)}`);
    // 50 times exp(±0.01).
    expect(text).toMatch(/^50\.50 ┤$/m);
    expect(text).toMatch(/^49\.50 ┤$/m);
  });

  it('joins points where there are more than columns, weighing their tokens', () => {
    const points: CurvePoint[] = [
      { tokens: [0, 1], natsPerToken: Math.log(1000) },
      { tokens: [1, 1000], natsPerToken: Math.log(10) },
      { tokens: [1000, 2000], natsPerToken: Math.log(10) },
    ];
    const rows = curvePlot([{ name: 'dense/64', points }], 40, plain).split('\n');
    expect(rows[1]).toBe('1000 ┤');
    expect(rows[13]).toMatch(/^ +10 ┤ ?o+$/);
  });

  it('counts tokens in round numbers', () => {
    const axis = (tokens: number): string => {
      const points: CurvePoint[] = [{ tokens: [0, tokens], natsPerToken: 2 }];
      return (
        curvePlot([{ name: 'dense/64', points }], 60, plain)
          .split('\n')
          .at(15)
          ?.trim() ?? ''
      );
    };
    expect(axis(100).split(/ +/)).toEqual(['0', '20', '40', '60', '80']);
    expect(axis(9000).split(/ +/)).toEqual(['0', '2k', '4k', '6k', '8k']);
    expect(axis(3_100_000).split(/ +/)).toEqual(['0', '1M', '2M', '3M']);
    expect(axis(1)).toBe('0');
  });

  it('has colours, when told, that change nothing else', () => {
    const curves = [
      { name: 'sinks:4+508/64', points: curve(80, 40) },
      { name: 'window:512/64', points: curve(60, 60) },
    ];
    const text = curvePlot(curves, 80, stylesOf(colored));
    expect(text).toContain('\u001b[36mo\u001b[39m sinks:4+508/64   \u001b[35mx\u001b[39m window:512/64\n');
    expect(stripVTControlCharacters(text)).toBe(curvePlot(curves, 80, plain));
  });

  it('is nothing without a point', () => {
    expect(curvePlot([{ name: 'dense/64', points: [] }], 80, plain)).toBe('');
  });
});
