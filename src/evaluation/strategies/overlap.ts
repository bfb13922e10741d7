// How much two texts say the same, word for word.

/**
 * Where an instruction is no new one: Wang et al. 2022, "Self-Instruct", arXiv:2212.10560, keep only those whose ROUGE-L
 * with every other is below this.
 */
export const sameAbove = 0.7;

/** ROUGE-L of Lin 2004, as an F-measure of words without case and punctuation: 0 to 1, 1 for the same words. */
export function overlap(one: string, other: string): number {
  const [first, second] = [wordsIn(one), wordsIn(other)];
  if (first.length === 0 || second.length === 0) return 0;
  return (2 * commonLength(first, second)) / (first.length + second.length);
}

export function saysTheSame(one: string, other: string): boolean {
  return overlap(one, other) >= sameAbove;
}

function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Of the longest common subsequence. */
function commonLength(first: readonly string[], second: readonly string[]): number {
  let before = new Uint32Array(second.length + 1);
  for (const word of first) {
    const row = new Uint32Array(second.length + 1);
    for (const [index, other] of second.entries()) {
      row[index + 1] = word === other ? (before[index] ?? 0) + 1 : Math.max(row[index] ?? 0, before[index + 1] ?? 0);
    }
    before = row;
  }
  return before[second.length] ?? 0;
}
