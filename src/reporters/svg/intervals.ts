// Error bars: how many standard errors a 95% confidence interval is wide.

/** 97.5% quantile of the normal distribution. */
const normal = 1.959964;

/**
 * 97.5% quantile of Student's t distribution: its expansion around the normal one (Abramowitz and Stegun 1964,
 * 26.7.5). Right to 0.001 from 10 degrees of freedom up, where error bars begin.
 */
export function studentQuantile(degreesOfFreedom: number): number {
  const z = normal;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, index) => sum + term / degreesOfFreedom ** (index + 1), z);
}

/** The ends of a 95% confidence interval around a mean over `count` independent values. */
export function interval(mean: number, standardError: number, count: number): { from: number; to: number } {
  const half = studentQuantile(count - 1) * standardError;
  return { from: mean - half, to: mean + half };
}
