import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AttentionHead } from '../../../../src/engine/events/events.js';
import { attentionMap } from '../../../../src/commands/analyze/attention/view.js';
import { colored, document, narrow, pipe, terminal, textOf, widest } from '../../../reporters/support.js';

function head(layer: number, index: number, sinks: number, learnedSink: number | null = null): AttentionHead {
  const rest = 1 - sinks - (learnedSink ?? 0);
  return {
    event: 'attention-head',
    document,
    layer,
    head: index,
    sinks,
    middle: rest / 4,
    recent: (3 * rest) / 4,
    learnedSink,
  };
}

/** Two layers of four heads. */
const small = [
  [0, 0.19, 0.2, 0.4],
  [0.6, 0.79, 0.8, 1],
].flatMap((shares, layer) => shares.map((share, index) => head(layer, index, share)));

describe('the map of attention', () => {
  it('shows shares in fifths by layer and head, and the means of each layer', () => {
    expect(textOf(attentionMap, small, terminal)).toMatchInlineSnapshot(`
      "book.txt
      layer heads 0-3
          0 ····░░▒▒
          1 ▓▓▓▓████
      Share of attention on the first tokens:
      · 0%+  ░ 20%+  ▒ 40%+  ▓ 60%+  █ 80%+

      layer  sinks  middle  recent
          0  19.8%   20.1%   60.2%
          1  79.8%    5.1%   15.2%
      "
    `);
  });

  it('does not depend on the order of events', () => {
    expect(textOf(attentionMap, small.toReversed(), terminal)).toBe(textOf(attentionMap, small, terminal));
  });

  it('leaves a head out that was not measured', () => {
    const text = textOf(
      attentionMap,
      small.filter(({ layer, head }) => layer !== 1 || head !== 1),
      terminal,
    );
    expect(text).toContain('\n    1 ▓▓  ████\n');
  });

  it('goes on below where there are more heads than columns', () => {
    const wide = Array.from({ length: 50 }, (_, index) => head(11, index, index < 40 ? 0.9 : 0.5));
    const text = textOf(attentionMap, wide, narrow);
    expect(widest(text)).toBeLessThanOrEqual(40);
    expect(text).toMatchInlineSnapshot(`
      "book.txt
      layer heads 0-33
         11 ██████████████████████████████████
      layer heads 34-49
         11 ██████▒▒▒▒▒▒▒▒▒▒
      Share of attention on the first tokens:
      · 0%+  ░ 20%+  ▒ 40%+  ▓ 60%+  █ 80%+

      layer  sinks  middle  recent
         11  82.0%    4.5%   13.5%
      "
    `);
    expect(textOf(attentionMap, wide, pipe)).toContain(`heads 0-49\n   11 ${'█'.repeat(40)}${'▒'.repeat(10)}\n`);
  });

  it('has shades of its own with colour, the same table, and a legend of them', () => {
    const text = textOf(attentionMap, small, colored);
    const cell = (color: number): string => `\u001b[48;5;${color}m  \u001b[49m`;
    expect(text).toContain(`    0 ${cell(236)}${cell(236)}${cell(24)}${cell(37)}\n`);
    expect(text).toContain(`    1 ${cell(149)}${cell(149)}${cell(227)}${cell(227)}\n`);
    expect(text).toContain(
      `${cell(236)} 0%+  ${cell(24)} 20%+  ${cell(37)} 40%+  ${cell(149)} 60%+  ${cell(227)} 80%+\n`,
    );
    const table = textOf(attentionMap, small, terminal).split('\n\n').at(-1);
    expect(stripVTControlCharacters(text).split('\n\n').at(-1)).toBe(table);
  });

  it('has a column for learned sinks where a model has them', () => {
    const text = textOf(attentionMap, [head(0, 0, 0.2, 0.3), head(0, 1, 0.4, 0.1)], terminal);
    expect(text).toMatch(
      /layer {2}sinks {2}middle {2}recent {2}learned sinks\n {4}0 {2}30\.0% {3}12\.5% {3}37\.5% {10}20\.0%\n$/,
    );
  });

  it('is empty where nothing was measured', () => {
    expect(textOf(attentionMap, [], terminal)).toBe('');
  });
});
