// Perplexity by position as a plot of characters. Each curve has its own mark, so that it reads without colour too.

import type { ChalkInstance, ForegroundColorName } from 'chalk';
import type { CurvePoint } from '../../../engine/events/events.js';
import { estimate } from '../../../reporters/format.js';
import { readableWidth, wrapped } from '../../../reporters/layout.js';

export interface NamedCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

interface Mark {
  readonly character: string;
  readonly color: ForegroundColorName;
}
const marks: readonly Mark[] = [
  { character: 'o', color: 'cyan' },
  { character: 'x', color: 'magenta' },
  { character: '+', color: 'green' },
  { character: '*', color: 'red' },
  { character: '#', color: 'blue' },
  { character: '%', color: 'yellow' },
];
/** Where curves meet. */
const several = '&';

const height = 13;
/** Rows from one label of the upright axis to the next. */
const labelRows = 4;
/** Columns from one label of the lower axis to the next, at least. */
const labelColumns = 10;
/** Curves that differ by less, in nats, are not stretched to the full height: it would show noise. */
const smallestRange = 0.02;

/** Nats at the top and the bottom row. */
interface Scale {
  readonly high: number;
  readonly low: number;
}

/** Curves over one axis of tokens; equal distances upwards are equal ratios of perplexity. Empty without a point. */
export function curvePlot(curves: readonly NamedCurve[], columns: number, styles: ChalkInstance): string {
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) return '';
  const end = Math.max(...points.map(({ tokens }) => tokens[1]));
  const scale = scaleOf(points.map(({ natsPerToken }) => natsPerToken));
  const labels = labelsOf(scale);
  const margin = Math.max(...labels.map((label) => label.length));
  const width = Math.max(labelColumns, Math.min(readableWidth, columns) - margin - 2);

  const painted = curves.map((_, index) => paintedMark(index, styles));
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  for (const [index, curve] of curves.entries()) {
    for (let column = 0; column < width; column++) {
      const nats = meanBetween(curve.points, (column * end) / width, ((column + 1) * end) / width);
      const row = nats === undefined ? undefined : cells[rowOf(nats, scale)];
      if (row !== undefined) row[column] = row[column] === ' ' ? (painted[index] ?? '') : several;
    }
  }
  const rows = cells.map((row, index) => {
    const label = labels[index] ?? '';
    return `${label.padStart(margin)} ${label === '' ? '│' : '┤'}${row.join('').trimEnd()}\n`;
  });
  const legend = curves.map(({ name }, index) => `${painted[index] ?? ''} ${name}`);
  if (cells.some((row) => row.includes(several))) legend.push(`${several} several`);
  return [
    'PPL by position in tokens; log scale\n',
    ...rows,
    lowerAxis(end, width, margin),
    wrapped(legend, Math.min(readableWidth, columns), '   '),
  ].join('');
}

function paintedMark(index: number, styles: ChalkInstance): string {
  const mark = marks[index % marks.length];
  return mark === undefined ? '' : styles[mark.color](mark.character);
}

function scaleOf(nats: readonly number[]): Scale {
  const [high, low] = [Math.max(...nats), Math.min(...nats)];
  const missing = Math.max(0, smallestRange - (high - low)) / 2;
  return { high: high + missing, low: low - missing };
}

function rowOf(nats: number, { high, low }: Scale): number {
  return Math.round(((high - nats) / (high - low)) * (height - 1));
}

/** Perplexity at every fourth row, to as many digits as tell neighbours apart; empty elsewhere. */
function labelsOf({ high, low }: Scale): string[] {
  const perplexityAt = (row: number): number => Math.exp(high - ((high - low) * row) / (height - 1));
  return Array.from({ length: height }, (_, row) => {
    if (row % labelRows !== 0) return '';
    return estimate(perplexityAt(row), perplexityAt(0) - perplexityAt(labelRows)).value;
  });
}

/** Mean over the tokens from `from` to `to` that the curve covers; undefined where there are none. */
function meanBetween(points: readonly CurvePoint[], from: number, to: number): number | undefined {
  let nats = 0;
  let covered = 0;
  for (const { tokens, natsPerToken } of points) {
    const shared = Math.min(to, tokens[1]) - Math.max(from, tokens[0]);
    if (shared <= 0) continue;
    nats += shared * natsPerToken;
    covered += shared;
  }
  return covered === 0 ? undefined : nats / covered;
}

/** The axis with round numbers of tokens below it. */
function lowerAxis(end: number, width: number, margin: number): string {
  const step = roundUp((end * labelColumns) / width);
  let axis = '';
  let labels = '';
  for (let tokens = 0; ; tokens += step) {
    const column = Math.floor((tokens * width) / end);
    const label = compact(tokens);
    if (column + label.length > width) break;
    axis = `${axis.padEnd(column, '─')}┬`;
    labels = labels.padEnd(column) + label;
  }
  const indent = ' '.repeat(margin + 1);
  return `${indent}└${axis.padEnd(width, '─')}\n${indent} ${labels}\n`;
}

/** The next of 1, 2, 5, 10, 20, 50 and on. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return ([1, 2, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

/** `0`, `500`, `20k`, `1.5M`. */
function compact(tokens: number): string {
  return tokens.toLocaleString('en-US', { notation: 'compact' }).replace('K', 'k');
}
