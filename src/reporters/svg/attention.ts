// Charts of where attention heads look: a map of the share on sinks, and all shares by layer.

import type { AttentionHead } from '../../engine/events/events.js';
import { narrow, type Chart } from './chart.js';
import { ink, neutralColors, seriesColors, stepColors, surface } from './palette.js';

export function sinkShares(heads: readonly AttentionHead[]): Chart | undefined {
  if (heads.length === 0) return undefined;
  const layers = countOf(heads, 'layer');
  const values = heads.map(({ layer, head, sinks }) => ({ layer, head, sinks }));
  const steps = evenSteps(Math.max(...heads.map(({ sinks }) => sinks)));
  return {
    name: 'attention-sinks',
    title: 'Share of attention on the sinks, by layer and head',
    caption: 'The first tokens’ share of each head’s attention, mean over the query tokens measured.',
    height: 110 + Math.max(120, Math.min(layers * 22, 720)),
    marks: () => ({
      data: { values },
      mark: { type: 'rect', stroke: surface, strokeWidth: 1 },
      encoding: {
        x: { field: 'head', type: 'ordinal', axis: { title: 'head', labelAngle: 0, labelOverlap: true } },
        y: {
          field: 'layer',
          type: 'ordinal',
          axis: { title: 'layer', grid: false, labelOverlap: true, minExtent: 16, maxExtent: 16 },
        },
        color: {
          field: 'sinks',
          type: 'quantitative',
          scale: { type: 'threshold', ...steps },
          legend: {
            title: 'share on the sinks',
            format: '~%',
            gradientLength: 25 * steps.range.length,
            gradientThickness: 12,
          },
        },
      },
    }),
  };
}

export function sharesByLayer(heads: readonly AttentionHead[]): Chart | undefined {
  if (heads.length === 0) return undefined;
  const learned = heads.some(({ learnedSink }) => learnedSink !== null);
  const kinds = [...(learned ? ['learned sinks'] : []), 'sinks', 'middle', 'recent'];
  const values = Array.from({ length: countOf(heads, 'layer') }, (_, layer) => {
    const own = heads.filter((head) => head.layer === layer);
    const mean = (share: (head: AttentionHead) => number): number =>
      own.reduce((sum, head) => sum + share(head), 0) / own.length;
    return [
      { layer, kind: 'learned sinks', share: mean(({ learnedSink }) => learnedSink ?? 0) },
      { layer, kind: 'sinks', share: mean(({ sinks }) => sinks) },
      { layer, kind: 'middle', share: mean(({ middle }) => middle) },
      { layer, kind: 'recent', share: mean(({ recent }) => recent) },
    ].filter(({ kind }) => kinds.includes(kind));
  }).flat();
  return {
    name: 'attention-shares',
    title: 'Where each layer looks',
    caption:
      'Mean share of attention over the heads of a layer. Sinks: the first tokens. Recent: the last tokens, the query itself included. Middle: all between.',
    height: 320,
    marks: (width) => ({
      data: { values },
      transform: [{ calculate: `indexof(${JSON.stringify(kinds)}, datum.kind)`, as: 'order' }],
      mark: { type: 'bar', width: { band: 0.86 } },
      encoding: {
        x: { field: 'layer', type: 'ordinal', axis: { title: 'layer', labelAngle: 0, labelOverlap: true } },
        y: {
          field: 'share',
          type: 'quantitative',
          stack: 'zero',
          scale: { domain: [0, 1] },
          axis: { title: 'share of attention', format: '.0%', tickCount: 5, minExtent: 36, maxExtent: 36 },
        },
        color: {
          field: 'kind',
          type: 'nominal',
          scale: { domain: kinds, range: kinds.map((kind) => kindColors.get(kind) ?? ink) },
          legend: { title: null, symbolType: 'square', columns: width < narrow ? 2 : 4 },
        },
        order: { field: 'order' },
      },
    }),
  };
}

/** Sinks in color, the rest in gray. */
const kindColors: ReadonlyMap<string, string | undefined> = new Map([
  ['learned sinks', seriesColors[1]],
  ['sinks', seriesColors[0]],
  ['middle', neutralColors[0]],
  ['recent', neutralColors[1]],
]);

function countOf(heads: readonly AttentionHead[], what: 'layer' | 'head'): number {
  return 1 + Math.max(...heads.map((head) => head[what]));
}

/** Up to ten steps of a round size that reach the greatest share: the bounds between them, and their colors. */
function evenSteps(greatest: number): { domain: number[]; range: string[] } {
  const most = stepColors.length;
  const percents = [0.1, 0.2, 0.5, 1, 2, 5, 10].find((size) => (size * most) / 100 >= greatest) ?? 10;
  const count = Math.max(2, Math.min(most, Math.ceil((greatest * 100) / percents)));
  return {
    domain: Array.from({ length: count - 1 }, (_, index) => ((index + 1) * percents) / 100),
    range: Array.from(
      { length: count },
      (_, index) => stepColors[Math.round((index * (most - 1)) / (count - 1))] ?? ink,
    ),
  };
}
