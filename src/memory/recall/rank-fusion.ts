// Makes one ranking of several, of which each knows the items in its own way.

/** An item of one or more rankings. */
export interface Fused {
  readonly id: number;
  /** Higher is better. */
  readonly score: number;
  /** Its place in each ranking, from 1; undefined where it is not in it. */
  readonly ranks: readonly (number | undefined)[];
}

/** How little the first places count for more than those behind them: the value of the paper. */
const smoothing = 60;

/**
 * Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): the sum of 1 / (60 + rank) over the rankings, the best first;
 * of equal ones, the smaller id. `rankings`: ids, the best first, each once.
 */
export function fuseRanks(rankings: readonly (readonly number[])[]): Fused[] {
  const places = rankings.map((ids) => new Map(ids.map((id, index) => [id, index + 1])));
  const ids = [...new Set(rankings.flat())];
  return ids
    .map((id) => {
      const ranks = places.map((place) => place.get(id));
      const score = ranks.reduce((sum: number, rank) => sum + (rank === undefined ? 0 : 1 / (smoothing + rank)), 0);
      return { id, score, ranks };
    })
    .sort((a, b) => b.score - a.score || a.id - b.id);
}
