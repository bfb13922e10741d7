// A mean by position in bounded memory: as many points as a sparkline can show.

export interface TrendPoint {
  readonly nats: number;
  readonly tokens: number;
}

/** Points cover equally many tokens each, but for the last one. */
export interface Trend {
  readonly points: readonly TrendPoint[];
  readonly tokensPerPoint: number;
}

/** A screen has no more columns for them. */
const mostPoints = 128;

export const emptyTrend: Trend = { points: [], tokensPerPoint: 1 };

/** Goes on with a sum; where there is no room for a point more, neighbours are joined two by two. */
export function extendTrend({ points, tokensPerPoint }: Trend, sum: TrendPoint): Trend {
  const last = points.at(-1);
  if (last !== undefined && last.tokens < tokensPerPoint) {
    return { points: [...points.slice(0, -1), joinPoints(last, sum)], tokensPerPoint };
  }
  if (points.length < mostPoints) return { points: [...points, sum], tokensPerPoint };
  const pairs = grouped(points, points.length / 2);
  return { points: [...pairs, sum], tokensPerPoint: Math.max(...pairs.map(({ tokens }) => tokens)) };
}

const levels = '▁▂▃▄▅▆▇█';

/** Means as bars in at most so many columns, from the least to the most. */
export function sparkline({ points }: Trend, columns: number): string {
  const means = grouped(points, Math.min(columns, points.length)).map(({ nats, tokens }) => nats / tokens);
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const level = (mean: number): number =>
    most === least ? 3 : Math.min(levels.length - 1, Math.floor(((mean - least) / (most - least)) * levels.length));
  return means.map((mean) => levels.charAt(level(mean))).join('');
}

/** Neighbours joined to so many groups, as even as can be. */
function grouped(points: readonly TrendPoint[], groups: number): TrendPoint[] {
  const at = (group: number): number => Math.round((group * points.length) / groups);
  return Array.from({ length: groups }, (_, group) =>
    points.slice(at(group), at(group + 1)).reduce(joinPoints, { nats: 0, tokens: 0 }),
  );
}

function joinPoints(first: TrendPoint, second: TrendPoint): TrendPoint {
  return { nats: first.nats + second.nats, tokens: first.tokens + second.tokens };
}
