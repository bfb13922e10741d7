// Correction of p-values for several comparisons.

/**
 * Holm-adjusted p-values, in the order given: to reject where one is at most α keeps the chance of any false rejection
 * at α, whichever of the hypotheses hold (Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure").
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const ascending = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => a.pValue - b.pValue);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 0;
  for (const [rank, { pValue, index }] of ascending.entries()) {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * pValue));
    adjusted[index] = least;
  }
  return adjusted;
}
