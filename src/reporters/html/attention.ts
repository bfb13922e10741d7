// Where attention heads look as tables: the means of each layer, and every head behind a click.

import type { AttentionHead } from '../../engine/events/events.js';
import { countWithNoun } from '../format.js';
import { html, type Markup } from './markup.js';
import { table, type HtmlColumn } from './table.js';

type Shares = Pick<AttentionHead, 'sinks' | 'middle' | 'recent' | 'learnedSink'>;

export function attentionTables(heads: readonly AttentionHead[]): Markup | undefined {
  if (heads.length === 0) return undefined;
  const layers = [...new Set(heads.map(({ layer }) => layer))].sort((a, b) => a - b);
  const means = layers.map((layer) => ({ layer, ...meanOf(heads.filter((head) => head.layer === layer)) }));
  const shares = shareColumns(heads);
  const layerColumn = {
    title: 'layer',
    kind: 'number',
    cell: ({ layer }: { layer: number }) => String(layer),
  } as const;
  const headColumn = { title: 'head', kind: 'number', cell: ({ head }: AttentionHead) => String(head) } as const;
  return html`${table('Attention by layer', [layerColumn, ...shares], means, [
      'Shares of attention, mean over the heads of a layer and the query tokens measured. sinks: the first tokens. recent: the last tokens, the query itself included. middle: all between.',
    ])}
    <details>
      <summary>Every head: ${countWithNoun(heads.length, 'row')}</summary>
      ${table('Attention by head', [layerColumn, headColumn, ...shares], heads)}
    </details> `;
}

function shareColumns(heads: readonly Shares[]): HtmlColumn<Shares>[] {
  const columns: HtmlColumn<Shares>[] = [
    { title: 'sinks', kind: 'number', cell: ({ sinks }) => percent(sinks) },
    { title: 'middle', kind: 'number', cell: ({ middle }) => percent(middle) },
    { title: 'recent', kind: 'number', cell: ({ recent }) => percent(recent) },
  ];
  if (heads.some(({ learnedSink }) => learnedSink !== null))
    columns.push({ title: 'learned sinks', kind: 'number', cell: ({ learnedSink }) => percent(learnedSink ?? 0) });
  return columns;
}

function meanOf(heads: readonly Shares[]): Shares {
  const mean = (share: (head: Shares) => number): number =>
    heads.reduce((sum, head) => sum + share(head), 0) / heads.length;
  return {
    sinks: mean(({ sinks }) => sinks),
    middle: mean(({ middle }) => middle),
    recent: mean(({ recent }) => recent),
    learnedSink: heads.every(({ learnedSink }) => learnedSink === null)
      ? null
      : mean(({ learnedSink }) => learnedSink ?? 0),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
