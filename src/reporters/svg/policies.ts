// Charts of policies side by side: perplexity by position, and differences to the first.

import type { ComparisonRow, CurvePoint } from '../../engine/events/events.js';
import { narrow, type Chart } from './chart.js';
import { interval } from './intervals.js';
import { grid, ink, muted, seriesColors } from './palette.js';

/** How well each policy predicts the text, from its beginning to its end. */
export function perplexityByPosition(rows: readonly Pick<ComparisonRow, 'perplexity' | 'curve'>[]): Chart | undefined {
  const curves = rows.filter(({ curve }) => curve.length > 1);
  if (curves.length === 0) return undefined;
  const policies = rows.map(({ perplexity }) => perplexity.policy);
  const values = curves.flatMap(({ perplexity, curve }) =>
    curve.map((point) => ({
      policy: perplexity.policy,
      position: middle(point),
      perplexity: Math.exp(point.natsPerToken),
    })),
  );
  return {
    name: 'perplexity-by-position',
    title: 'Perplexity by position in the document',
    caption:
      'Rolling protocol. Each point is exp(mean nats per token) of one run of tokens; lower is better. Logarithmic scale.',
    height: 340,
    marks: (width) => ({
      data: { values },
      mark: { type: 'line', strokeWidth: 1.75, strokeJoin: 'round' },
      encoding: {
        x: {
          field: 'position',
          type: 'quantitative',
          scale: { nice: false },
          axis: tokensAxis('position in the document, tokens', width),
        },
        y: {
          field: 'perplexity',
          type: 'quantitative',
          scale: { type: 'log', nice: false, padding: 8 },
          axis: { title: 'perplexity', tickCount: 6, format: '.3~g' },
        },
        ...policyEncoding(policies, width),
      },
    }),
  };
}

/** Whether another policy predicts better or worse than the first, and how sure that is. */
export function differencesToFirst(rows: readonly ComparisonRow[]): Chart | undefined {
  const first = rows[0]?.perplexity.policy ?? '';
  const values = rows.flatMap(({ perplexity: { policy }, difference }) => {
    if (difference === null) return [];
    const { natsPerToken, standardError, batches } = difference;
    return [{ policy, difference: natsPerToken, ...interval(natsPerToken, standardError, batches) }];
  });
  if (values.length === 0) return undefined;
  const policies = rows.map(({ perplexity }) => perplexity.policy);
  return {
    name: 'differences',
    title: `Difference to ${first}`,
    caption:
      'Nats per token, paired over the same batches of text; left of zero is better. Bars: 95% confidence intervals (Student’s t, each for itself).',
    height: 90 + 36 * values.length,
    marks: () => ({
      data: { values },
      encoding: {
        y: {
          field: 'policy',
          type: 'nominal',
          sort: policies,
          axis: { title: null, labelColor: ink, grid: false, labelLimit: 170, ...roomFor(policies) },
        },
      },
      layer: [
        {
          data: { values: [{}] },
          mark: { type: 'rule', color: muted },
          encoding: { x: { datum: 0 }, y: { value: 0 }, y2: { value: 'height' } },
        },
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: {
            x: { field: 'from', type: 'quantitative', axis: differenceAxis },
            x2: { field: 'to' },
            ...policyColor(policies),
          },
        },
        ...['from', 'to'].map((field) => ({
          mark: { type: 'tick' as const, size: 10, thickness: 2 },
          encoding: { x: { field, type: 'quantitative' as const }, ...policyColor(policies) },
        })),
        {
          mark: { type: 'point', filled: true, size: 70, opacity: 1 },
          encoding: { x: { field: 'difference', type: 'quantitative' }, ...policyColor(policies) },
        },
      ],
    }),
  };
}

const differenceAxis = {
  title: 'difference, nats per token',
  grid: true,
  gridColor: grid,
  tickCount: 5,
  format: '.3~g',
};

/** One color and one dash a policy, the same in every chart; no legend for a single one. */
function policyEncoding(policies: readonly string[], width: number) {
  const legend =
    policies.length === 1
      ? null
      : { title: null, symbolType: 'stroke' as const, symbolSize: 400, columns: legendColumns(policies, width) };
  return {
    ...policyColor(policies, legend),
    strokeDash: { field: 'policy', type: 'nominal' as const, scale: { domain: policies, range: dashes } },
  };
}

function policyColor(policies: readonly string[], legend: object | null = null) {
  return {
    color: { field: 'policy', type: 'nominal' as const, scale: { domain: policies, range: seriesColors }, legend },
  };
}

/** Where curves lie on each other, the gaps of the upper show the lower. */
const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 4],
  [10, 4],
];

function middle({ tokens: [from, to] }: CurvePoint): number {
  return (from + to) / 2;
}

function tokensAxis(title: string, width: number) {
  return { title, format: '~s', tickCount: width < narrow ? 4 : 8 };
}

function legendColumns(labels: readonly string[], width: number): number {
  const longest = Math.max(...labels.map(({ length }) => length));
  return Math.max(1, Math.floor((width - 60) / (longest * 9.6 + 40)));
}

/** The renderer cannot measure text; this is what its font needs on most systems. */
function roomFor(labels: readonly string[]) {
  const extent = Math.min(170, Math.max(...labels.map(({ length }) => length)) * 6.6);
  return { minExtent: extent, maxExtent: extent };
}
