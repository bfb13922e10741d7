// Proportions, and pairs of them on the same examples: intervals, tests, and what a test could have found.

/** The ends of an interval. */
export type Interval = readonly [from: number, to: number];

/** How two conditions did on the same examples, in counts. */
export interface PairedCounts {
  readonly both: number;
  /** Right under the first only. */
  readonly first: number;
  /** Right under the second only. */
  readonly second: number;
  readonly neither: number;
}

/** What cephes offers of distributions. Loaded once, when it is first needed. */
export interface Distributions {
  /** The value that a standard normal variable is below with probability `p`. */
  normalQuantile(p: number): number;
  /** The probability of at most `successes` of `trials`. */
  binomial(successes: number, trials: number, p: number): number;
}

export async function loadDistributions(): Promise<Distributions> {
  const { compiled, bdtr, ndtri } = await import('cephes');
  await compiled;
  return { normalQuantile: ndtri, binomial: bdtr };
}

/** A score interval (Wilson 1927), without continuity correction. (0, 1) for no example. */
export function wilsonInterval(successes: number, examples: number, level: number, by: Distributions): Interval {
  if (examples === 0) return [0, 1];
  const z = by.normalQuantile((1 + level) / 2);
  const share = successes / examples;
  const scale = 1 + (z * z) / examples;
  const middle = (share + (z * z) / (2 * examples)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / examples + (z * z) / (4 * examples * examples));
  // Rounding may leave what is 0 or 1 just beside it.
  return [successes === 0 ? 0 : middle - half, successes === examples ? 1 : middle + half];
}

/** Two-sided p-value of McNemar's exact test: of the examples that differ, half should go either way. */
export function mcNemarPValue({ first, second }: PairedCounts, by: Distributions): number {
  if (first === second) return 1;
  return Math.min(1, 2 * by.binomial(Math.min(first, second), first + second, 0.5));
}

/**
 * An interval of the second share minus the first: method 10 of Newcombe 1998 ("Improved confidence intervals for the
 * difference between binomial proportions based on paired data"), Wilson intervals squared and added, less their
 * correlation. (-1, 1) for no example.
 */
export function newcombeInterval(counts: PairedCounts, level: number, by: Distributions): Interval {
  const { both, first, second, neither } = counts;
  const examples = both + first + second + neither;
  if (examples === 0) return [-1, 1];
  const [share1, share2] = [(both + first) / examples, (both + second) / examples];
  const [low1, high1] = wilsonInterval(both + first, examples, level, by);
  const [low2, high2] = wilsonInterval(both + second, examples, level, by);
  const correlation = correctedCorrelation(counts);
  const side = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a + b * b - 2 * correlation * a * b));
  const difference = share2 - share1;
  return [
    Math.max(-1, difference - side(share2 - low2, high1 - share1)),
    Math.min(1, difference + side(high2 - share2, share1 - low1)),
  ];
}

/** Newcombe's phi, with a continuity correction where it is positive. */
function correctedCorrelation({ both, first, second, neither }: PairedCounts): number {
  const product = (both + first) * (second + neither) * (both + second) * (first + neither);
  if (product === 0) return 0;
  const excess = both * neither - first * second;
  const half = (both + first + second + neither) / 2;
  return (excess > 0 ? Math.max(0, excess - half) : excess) / Math.sqrt(product);
}

/**
 * The chance that McNemar's exact test at `significance` finds so many `examples` to differ, where a share of
 * `discordance` differs and the second is right more often by a share of `difference`. Two-sided, in the right direction.
 */
export function mcNemarPower(
  { examples, discordance, difference }: { examples: number; discordance: number; difference: number },
  significance: number,
  by: Distributions,
): number {
  const losing = (discordance - difference) / (2 * discordance);
  const expected = examples * discordance;
  // Further from what is expected, there is nothing to add.
  const spread = 8 * Math.sqrt(expected * (1 - discordance)) + 8;
  const first = Math.max(1, Math.floor(expected - spread));
  let power = 0;
  let below = by.binomial(first - 1, examples, discordance);
  for (let differing = first; differing <= Math.min(examples, expected + spread); differing += 1) {
    const upTo = by.binomial(differing, examples, discordance);
    const most = mostLosses(differing, significance, by);
    if (most >= 0) power += (upTo - below) * by.binomial(most, differing, losing);
    below = upTo;
  }
  return power;
}

/** The most examples that may go the other way for the test to see a difference; -1 where none is too many. */
function mostLosses(differing: number, significance: number, by: Distributions): number {
  // About normal: the search starts near its end.
  const z = by.normalQuantile(1 - significance / 2);
  let losses = Math.min(Math.floor(differing / 2), Math.ceil((differing - z * Math.sqrt(differing)) / 2) + 1);
  while (losses >= 0 && 2 * by.binomial(losses, differing, 0.5) > significance) losses -= 1;
  return losses;
}

/** The chance with which a detectable difference is found. */
export const usualPower = 0.8;

/**
 * The smallest difference of shares that the test at `significance` finds with a chance of 80%, where a share of
 * `discordance` of the examples differs, or just the difference if that is more. Null where there is none.
 */
export function detectableDifference(
  examples: number,
  discordance: number,
  significance: number,
  by: Distributions,
): number | null {
  const powerAt = (difference: number): number =>
    mcNemarPower({ examples, discordance: Math.max(discordance, difference), difference }, significance, by);
  if (examples === 0 || powerAt(1) < usualPower) return null;
  let [low, high] = [0, 1];
  // More digits would say nothing.
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (powerAt(middle) < usualPower) low = middle;
    else high = middle;
  }
  return high;
}
