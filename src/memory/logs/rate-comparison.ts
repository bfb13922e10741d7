// Whether something comes more or less often in one log than in another, and by how much.

/** Confidence level of intervals. */
const level = 0.95;
/** Share of false ones among what is told, at most. */
export const falseShare = 0.05;
/** With fewer blocks, their spread says little. */
const fewestBlocks = 8;

/** How often something came in a document, by blocks of records. */
export interface Occurrences {
  /** In each block. */
  readonly counts: readonly number[];
  /** Records of each block. */
  readonly records: readonly number[];
}

export interface RateComparison {
  /** Rate of the second over that of the first: the estimate, and an interval of 95%. Infinite where the first is 0. */
  readonly ratio: readonly [low: number, estimate: number, high: number];
  /** Two-sided: of a ratio so far from 1, where both rates are the same. */
  readonly pValue: number;
}

/** What cephes offers of the beta distribution. Loaded once, when it is first needed. */
export interface BetaDistribution {
  /** The probability of at most `x`, with parameters above 0. */
  below(x: number, a: number, b: number): number;
  /** The value that it is below with probability `p`. */
  quantile(p: number, a: number, b: number): number;
}

export async function loadBetaDistribution(): Promise<BetaDistribution> {
  const { compiled, incbet, incbi } = await import('cephes');
  await compiled;
  return { below: (x, a, b) => incbet(a, b, x), quantile: (p, a, b) => incbi(a, b, p) };
}

/**
 * Given how often something came in both documents, the second's share is binomial where it comes independently
 * (Przyborowski and Wilenski 1940): the exact test, with twice the smaller tail, and the interval of Clopper and Pearson
 * 1934. What comes in bursts is not independent: counts are divided by their dispersion first, which makes them as many
 * independent ones, as Korn and Graubard 1998 do with the effective sample size ("Confidence intervals for proportions
 * with small expected number of positive counts"). `pace`: how many times as many the second should have at the same rate.
 */
export function compareRates(
  first: Occurrences,
  second: Occurrences,
  pace: number,
  beta: BetaDistribution,
): RateComparison {
  const [total1, total2] = [sum(first.counts), sum(second.counts)];
  const spread = dispersion([first, second]);
  const [count1, count2] = [total1 / spread, total2 / spread];
  const tail = (1 - level) / 2;
  const low = count2 === 0 ? 0 : beta.quantile(tail, count2, count1 + 1);
  const high = count1 === 0 ? 1 : beta.quantile(1 - tail, count2 + 1, count1);
  const share = shareOf(pace);
  const atLeast = count2 === 0 ? 1 : beta.below(share, count2, count1 + 1);
  const atMost = count1 === 0 ? 1 : beta.below(1 - share, count1, count2 + 1);
  return {
    ratio: [low / (1 - low) / pace, total2 / total1 / pace, high === 1 ? Infinity : high / (1 - high) / pace],
    pValue: Math.min(1, 2 * Math.min(atLeast, atMost)),
  };
}

/**
 * How many times as far counts spread as independent events would, at least 1: Pearson's statistic over its degrees of
 * freedom, each document about its own rate (quasi-Poisson, McCullagh and Nelder 1989, section 6.2.3). Of blocks as they
 * are, joined in twos, in fours and so on, the most: bursts that are longer than a block show in longer ones (Flyvbjerg and
 * Petersen 1989, "Error estimates on averages of correlated data").
 */
export function dispersion(documents: readonly Occurrences[]): number {
  let most = 1;
  let joined = documents.filter(({ counts }) => sum(counts) > 0);
  for (;;) {
    joined = joined.filter(({ counts }) => counts.length >= fewestBlocks);
    if (joined.length === 0) return most;
    const freedom = joined.reduce((total, { counts }) => total + counts.length - 1, 0);
    const statistic = joined.reduce((total, each) => total + pearson(each), 0);
    most = Math.max(most, statistic / freedom);
    joined = joined.map(({ counts, records }) => ({ counts: inTwos(counts), records: inTwos(records) }));
  }
}

function pearson({ counts, records }: Occurrences): number {
  const rate = sum(counts) / sum(records);
  return counts.reduce((total, count, block) => {
    const expected = rate * (records[block] ?? 0);
    return expected === 0 ? total : total + (count - expected) ** 2 / expected;
  }, 0);
}

function inTwos(values: readonly number[]): number[] {
  return Array.from(
    { length: Math.ceil(values.length / 2) },
    (_, at) => (values[2 * at] ?? 0) + (values[2 * at + 1] ?? 0),
  );
}

/**
 * P-values adjusted for their number, in the order given: of those that are at most q, a share of q is false, in the mean
 * (Benjamini and Hochberg 1995, "Controlling the False Discovery Rate").
 */
export function discoveryAdjusted(pValues: readonly number[]): number[] {
  const descending = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => b.pValue - a.pValue);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 1;
  for (const [above, { pValue, index }] of descending.entries()) {
    least = Math.min(least, (pValue * pValues.length) / (pValues.length - above));
    adjusted[index] = least;
  }
  return adjusted;
}

/**
 * The least p-value that `count` events in all can come to, What cannot be found need not be tested, nor be adjusted for
 * (Tarone 1990, "A modified Bonferroni method for discrete data").
 */
export function leastPValue(count: number, pace: number): number {
  const share = shareOf(pace);
  return Math.min(1, 2 * Math.min(share, 1 - share) ** count);
}

/**
 * How many times as many the second document has of what comes in both: the median of the ratios, weighted by the first's
 * counts. Other than the number of all records, it does not move when something floods the second, nor when something
 * ends there; so sequencing experiments are brought to one scale (Anders and Huber 2010, "Differential expression analysis
 * for sequence count data"). Undefined where nothing comes in both.
 */
export function paceOf(counts: Iterable<readonly [first: number, second: number]>): number | undefined {
  const both = [...counts].filter(([first, second]) => first > 0 && second > 0);
  const half = sum(both.map(([first]) => first)) / 2;
  let before = 0;
  for (const [first, second] of both.sort((a, b) => a[1] / a[0] - b[1] / b[0])) {
    before += first;
    if (before >= half) return second / first;
  }
  return undefined;
}

/** Of what should come in both documents, the second's part. */
function shareOf(pace: number): number {
  return pace / (1 + pace);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
