// The probability of so large a t statistic by chance.

/**
 * Two-sided p-value of Student's t: the probability that |T| is at least |t|. Of the lower tail, so that a tiny one
 * keeps its digits. `degreesOfFreedom` is a whole number from 1 up; `t` may be infinite.
 */
export async function twoSidedPValue(t: number, degreesOfFreedom: number): Promise<number> {
  const { compiled, stdtr } = await import('cephes');
  await compiled;
  return 2 * stdtr(degreesOfFreedom, -Math.abs(t));
}
