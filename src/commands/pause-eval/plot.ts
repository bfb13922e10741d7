// Scores by number of pauses as a plot of characters: a row a condition, a point with its interval.

import type { ChalkInstance } from 'chalk';
import type { Condition } from '../../engine/events/events.js';
import { formatScore, groupDigits } from '../../reporters/format.js';
import { readableWidth } from '../../reporters/layout.js';

const shortestScale = 10;

/** One scale for all rows: all of 0 to 100% of shares, and what there is of others. */
export function pausePlot(rows: readonly Condition[], columns: number, styles: ChalkInstance): string {
  const [first] = rows;
  if (first === undefined) return '';
  const margin = Math.max(...rows.map(({ pauses }) => groupDigits(pauses).length), 'pauses'.length);
  const width = Math.max(shortestScale, Math.min(readableWidth, columns) - margin - 3);
  const [low, high] = first.metric === 'accuracy' ? [0, 1] : rangeOf(rows);
  const columnOf = (value: number): number => Math.round(((value - low) / (high - low)) * (width - 1));
  const lines = rows.map(({ pauses, value, interval, difference }) => {
    const cells = new Array<string>(width).fill(' ');
    if (interval !== null) {
      const [from, to] = interval.map(columnOf) as [number, number];
      cells.fill('─', from, to + 1);
      if (to > from) [cells[from], cells[to]] = ['├', '┤'];
    }
    cells[columnOf(value)] = '●';
    const bar = cells.join('').trimEnd();
    const { green, red } = styles;
    const style = difference?.verdict === 'helps' ? green : difference?.verdict === 'hurts' ? red : String;
    return `${groupDigits(pauses).padStart(margin)} │${style(bar)}\n`;
  });
  const ends = [low, high].map((end) => formatScore(end, first.metric).replace('.0%', '%')) as [string, string];
  const middle = formatScore((low + high) / 2, first.metric).replace('.0%', '%');
  return [
    ...lines,
    `${' '.repeat(margin)} └${'─'.repeat(width)}\n`,
    `${'pauses'.padStart(margin)}  ${axisLabels([ends[0], middle, ends[1]], width)}\n`,
  ].join('');
}

function axisLabels([left, middle, right]: readonly [string, string, string], width: number): string {
  const start = Math.max(left.length + 1, Math.floor((width - middle.length) / 2));
  const withMiddle = left.padEnd(start) + middle;
  return withMiddle.padEnd(Math.max(withMiddle.length + 1, width - right.length)) + right;
}

function rangeOf(rows: readonly Condition[]): [low: number, high: number] {
  const values = rows.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
