// ROUGE-1, ROUGE-2 and ROUGE-L as Google's `rouge_score` computes them without its stemmer: F1 over runs of a-z and
// 0-9 in lower case, ROUGE-L over the whole of both texts.
//
// import { rouge } from './rouge.mjs';      rouge(candidate, reference) -> { rouge1, rouge2, rougeL }

/** F1 of each measure, from 0 to 1. */
export function rouge(candidate, reference) {
  const [found, wanted] = [tokensOf(candidate), tokensOf(reference)];
  return {
    rouge1: overlap(ngrams(found, 1), ngrams(wanted, 1)),
    rouge2: overlap(ngrams(found, 2), ngrams(wanted, 2)),
    rougeL: harmonic(commonLength(found, wanted), found.length, wanted.length),
  };
}

function tokensOf(text) {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function ngrams(tokens, size) {
  const counts = new Map();
  for (let at = 0; at + size <= tokens.length; at += 1) {
    const gram = tokens.slice(at, at + size).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function overlap(found, wanted) {
  let shared = 0;
  for (const [gram, count] of wanted) shared += Math.min(count, found.get(gram) ?? 0);
  return harmonic(shared, total(found), total(wanted));
}

function total(counts) {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** F1 of what both share: the harmonic mean of precision and recall. */
function harmonic(shared, found, wanted) {
  return shared === 0 ? 0 : (2 * shared) / (found + wanted);
}

/** Length of the longest common subsequence. */
function commonLength(first, second) {
  let row = new Uint16Array(second.length + 1);
  for (const token of first) {
    const next = new Uint16Array(second.length + 1);
    second.forEach((other, at) => {
      next[at + 1] = token === other ? row[at] + 1 : Math.max(row[at + 1], next[at]);
    });
    row = next;
  }
  return row[second.length];
}
