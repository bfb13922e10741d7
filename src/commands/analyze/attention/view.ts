// Where attention goes: a map of layers and heads by the share that the first tokens get, and the means of each layer.

import type { AttentionHead, RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { printable } from '../../../reporters/format.js';
import { note, readableWidth, table, wrapped, type Column } from '../../../reporters/layout.js';
import { stylesOf, type Screen } from '../../../reporters/screen.js';
import { accountReporter } from '../../../reporters/account.js';
import { documentColumns } from '../../../reporters/csv.js';
import type { TaskView } from '../../run/task-view.js';

/** Shares of attention in fifths, from none up; a character without colour, one of the 256 colours with. */
const shades = [
  { character: '·', color: 236 },
  { character: '░', color: 24 },
  { character: '▒', color: 37 },
  { character: '▓', color: 149 },
  { character: '█', color: 227 },
] as const;

/** One map and one table a document. */
export function attentionMap(write: (text: string) => void, screen: Screen): Reporter {
  let heads: AttentionHead[] = [];
  let documents = 0;
  const finish = (): void => {
    const [first] = heads;
    if (first === undefined) return;
    write(documents === 0 ? '' : '\n');
    write(`${printable(first.document.name)}\n${map(heads, screen)}\n${table(means(heads), screen.columns)}`);
    documents += 1;
    heads = [];
  };
  return {
    handle(event: RunEvent) {
      if (event.event === 'attention-head') heads.push(event);
      else if (event.event === 'document-end') finish();
    },
    close: finish,
  };
}

/** A row for each layer, a column for each head; heads that do not fit follow in further blocks. */
function map(heads: readonly AttentionHead[], screen: Screen): string {
  const styles = stylesOf(screen);
  const byPlace = new Map(heads.map((head) => [`${head.layer} ${head.head}`, head]));
  const layers = ascending(heads.map(({ layer }) => layer));
  const count = Math.max(...heads.map(({ head }) => head)) + 1;
  const margin = Math.max('layer'.length, String(layers.at(-1)).length) + 1;
  const width = Math.min(readableWidth, screen.columns) - margin;
  const cellWidth = count * 2 <= width ? 2 : 1;
  const perBlock = Math.max(1, Math.min(count, Math.floor(width / cellWidth)));
  const cell = (head: AttentionHead | undefined): string => {
    if (head === undefined) return ' '.repeat(cellWidth);
    const { character, color } = shadeOf(head.sinks);
    return screen.color ? styles.bgAnsi256(color)(' '.repeat(cellWidth)) : character.repeat(cellWidth);
  };
  let text = '';
  for (let from = 0; from < count; from += perBlock) {
    const to = Math.min(count, from + perBlock);
    text += `${'layer'.padStart(margin - 1)} head${to - from === 1 ? ` ${from}` : `s ${from}-${to - 1}`}\n`;
    for (const layer of layers) {
      const cells = Array.from({ length: to - from }, (_, index) => cell(byPlace.get(`${layer} ${from + index}`)));
      text += `${String(layer).padStart(margin - 1)} ${cells.join('').trimEnd()}\n`;
    }
  }
  return text + legend(screen);
}

function shadeOf(share: number): (typeof shades)[number] {
  const index = Math.min(shades.length - 1, Math.floor(share * shades.length));
  return shades[index] ?? shades[0];
}

function legend(screen: Screen): string {
  const styles = stylesOf(screen);
  const steps = shades.map(({ character, color }, index) => {
    const sample = screen.color ? styles.bgAnsi256(color)('  ') : character;
    return `${sample} ${index * 20}%+`;
  });
  return note('Share of attention on the first tokens:', screen.columns) + wrapped(steps, screen.columns, '  ');
}

/** Mean shares of each layer over its heads. */
function means(heads: readonly AttentionHead[]): Column[] {
  const layers = ascending(heads.map(({ layer }) => layer));
  const shares = (title: string, share: (head: AttentionHead) => number): Column => ({
    title,
    align: 'right',
    cells: layers.map((layer) => percent(mean(heads.filter((head) => head.layer === layer).map(share)))),
  });
  return [
    { title: 'layer', align: 'right', cells: layers.map(String) },
    shares('sinks', ({ sinks }) => sinks),
    shares('middle', ({ middle }) => middle),
    shares('recent', ({ recent }) => recent),
    ...(heads.some(({ learnedSink }) => learnedSink !== null)
      ? [shares('learned sinks', ({ learnedSink }) => learnedSink ?? 0)]
      : []),
  ];
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

export const attentionView: TaskView = {
  results: attentionMap,
  account: (write) => accountReporter(write),
  csv: {
    columns: [...documentColumns, 'layer', 'head', 'sinks', 'middle', 'recent', 'learnedSink'],
    rowsOf: (event) => (event.event === 'attention-head' ? [event] : []),
  },
};
