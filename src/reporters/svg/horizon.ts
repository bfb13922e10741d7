// Charts of how much context helps: surprise by context, and what each doubling gains.

import type { HorizonRow } from '../../engine/events/events.js';
import { narrow, type Chart } from './chart.js';
import { interval } from './intervals.js';
import { muted, seriesColors } from './palette.js';

const blue = seriesColors[0] ?? muted;

export function surpriseByContext(rows: readonly HorizonRow[]): Chart | undefined {
  if (rows.length < 2) return undefined;
  const values = rows.map(({ context: [from, to], natsPerToken, standardError, chunks }) => ({
    context: (from + to - 1) / 2,
    natsPerToken,
    ...(standardError !== null && interval(natsPerToken, standardError, chunks)),
  }));
  return {
    name: 'horizon',
    title: 'Surprise by tokens of context',
    caption: `Mean nats per token over ${chunksOf(rows)} of the document, at the mean number of tokens in front; lower is better.${errorBars(rows)} Context doubles from point to point.`,
    height: 320,
    marks: (width) => ({
      data: { values },
      encoding: { x: { field: 'context', type: 'quantitative', ...doubling(rows, width) } },
      layer: [
        {
          mark: { type: 'line', color: blue, strokeWidth: 1.75 },
          encoding: {
            y: {
              field: 'natsPerToken',
              type: 'quantitative',
              scale: { zero: false },
              axis: natsAxis('nats per token'),
            },
          },
        },
        ...errorMarks,
        {
          mark: { type: 'point', filled: true, size: 50, color: blue, opacity: 1 },
          encoding: { y: { field: 'natsPerToken', type: 'quantitative' } },
        },
      ],
    }),
  };
}

export function gainPerDoubling(rows: readonly HorizonRow[]): Chart | undefined {
  const values = rows.flatMap(({ context: [left, right], gain, chunks }) => {
    if (gain === null) return [];
    const { natsPerToken, standardError } = gain;
    const ends = standardError === null ? {} : interval(natsPerToken, standardError, chunks);
    return [{ left, right, context: Math.sqrt(left * right), natsPerToken, ...ends }];
  });
  if (values.length === 0) return undefined;
  return {
    name: 'horizon-gain',
    title: 'What each doubling of the context gains',
    caption: `Nats per token saved beside the range of contexts before, within the same chunk; above zero, more context helps.${errorBars(rows)}`,
    height: 260,
    marks: (width) => ({
      data: { values },
      encoding: { x: { field: 'context', type: 'quantitative', ...doubling(rows, width) } },
      layer: [
        {
          mark: { type: 'bar', color: blue, opacity: 0.45, xOffset: 1, x2Offset: -1 },
          encoding: {
            x: { field: 'left', type: 'quantitative' },
            x2: { field: 'right' },
            y: { field: 'natsPerToken', type: 'quantitative', axis: natsAxis('gain, nats per token') },
            y2: { datum: 0 },
          },
        },
        {
          mark: { type: 'rule', color: muted },
          encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { datum: 0 } },
        },
        ...errorMarks,
      ],
    }),
  };
}

/** Bars with ends, drawn where there is an error. */
const errorMarks = [
  {
    transform: [{ filter: 'isValid(datum.from)' }],
    mark: { type: 'rule' as const, color: blue, strokeWidth: 1.75 },
    encoding: { y: { field: 'from', type: 'quantitative' as const }, y2: { field: 'to' } },
  },
  ...['from', 'to'].map((field) => ({
    transform: [{ filter: 'isValid(datum.from)' }],
    mark: { type: 'tick' as const, orient: 'horizontal' as const, size: 9, thickness: 1.75, color: blue },
    encoding: { y: { field, type: 'quantitative' as const } },
  })),
];

/** A logarithmic axis marked at powers of two. */
function doubling(rows: readonly HorizonRow[], width: number) {
  const end = Math.max(...rows.map(({ context }) => context[1]));
  const step = width < narrow ? 2 : 1;
  const powers = Array.from(
    { length: Math.floor((Math.log2(end) - 3) / step) + 1 },
    (_, index) => 8 * 2 ** (index * step),
  );
  return {
    scale: { type: 'log' as const, base: 2, domain: [6, end], nice: false },
    axis: { title: 'tokens in front, doubling', values: powers, format: ',', labelOverlap: false },
  };
}

function natsAxis(title: string) {
  return { title, tickCount: 5, format: '.3~g', minExtent: 32, maxExtent: 32 };
}

function chunksOf(rows: readonly HorizonRow[]): string {
  return `${rows[0]?.chunks ?? 0} chunks`;
}

function errorBars(rows: readonly HorizonRow[]): string {
  return rows.some(({ standardError }) => standardError !== null)
    ? ' Bars: 95% confidence intervals (Student’s t over chunks).'
    : ' Too few chunks for an error.';
}
