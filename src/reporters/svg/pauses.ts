// The chart of a pause evaluation: scores by number of pauses, with their intervals.

import type { Condition } from '../../engine/events/events.js';
import { narrow, type Chart } from './chart.js';
import { grid, seriesColors } from './palette.js';

/** One task: a line for each place and way of thinking. */
export function scoresByPauses(rows: readonly Condition[]): Chart | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const isShare = first.metric === 'accuracy';
  const series = [...new Set(rows.map(seriesOf))];
  const values = rows.map((row) => ({
    ...{ series: seriesOf(row), pauses: String(row.pauses), value: row.value },
    ...{ from: row.interval?.[0] ?? row.value, to: row.interval?.[1] ?? row.value },
    verdict: row.difference?.verdict ?? 'no evidence',
  }));
  const x = (width: number) => ({
    field: 'pauses',
    type: 'ordinal' as const,
    sort: [...new Set(values.map(({ pauses }) => pauses))].sort((a, b) => Number(a) - Number(b)),
    axis: { title: 'pauses', labelAngle: 0, labelOverlap: width < narrow },
  });
  const color = {
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: series, range: seriesColors },
    legend: series.length === 1 ? null : { title: null },
  };
  const y = {
    type: 'quantitative' as const,
    ...(isShare && { scale: { domain: [0, 1] } }),
    axis: {
      title: isShare ? 'right answers' : 'log-probability, nats',
      gridColor: grid,
      ...(isShare && { format: '%' }),
    },
  };
  return {
    name: 'pauses',
    title: `${first.task.name}: ${isShare ? 'right answers' : 'log-probability'} by number of pauses`,
    caption: `${first.model}, ${first.examples} examples. Bars: 95% intervals, each for itself. A filled point differs from no pauses, corrected for all comparisons of the run.`,
    height: 320,
    marks: (width) => ({
      data: { values },
      encoding: { x: x(width), color },
      layer: [
        { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { y: { field: 'value', ...y } } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'from', ...y }, y2: { field: 'to' } } },
        {
          transform: [{ filter: "datum.verdict !== 'no evidence'" }],
          mark: { type: 'point', filled: true, size: 80, opacity: 1 },
          encoding: { y: { field: 'value', ...y } },
        },
        {
          transform: [{ filter: "datum.verdict === 'no evidence'" }],
          mark: { type: 'point', filled: false, size: 80, opacity: 1 },
          encoding: { y: { field: 'value', ...y } },
        },
      ],
    }),
  };
}

function seriesOf({ place, thinking }: Condition): string {
  return thinking === 'aloud' ? `${place}, then thinks aloud` : place;
}
