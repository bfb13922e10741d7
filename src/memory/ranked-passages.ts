// The passages that rank highest of those that stream by, none like another.

import type { Span } from './cutting/span-scores.js';
import { termsOf, TermStatistics, type Terms } from './words/terms.js';

interface Candidate<T extends Span> {
  readonly span: T;
  readonly terms: Terms;
  readonly score: number;
}

/** A passage that was chosen. */
export interface ChosenSpan<T extends Span> {
  readonly span: T;
  readonly score: number;
}

/** Candidates kept at most; twice as many come together before the lesser half goes. */
const mostCandidates = 1024;
/** How much a passage loses for being like one that is chosen already (maximal marginal relevance). */
const redundancyWeight = 0.5;

export class RankedPassages<T extends Span> {
  readonly #statistics = new TermStatistics();
  #candidates: Candidate<T>[] = [];

  add(span: T, score: number): void {
    const terms = termsOf(span.text);
    this.#statistics.add(terms);
    this.#candidates.push({ span, terms, score });
    if (this.#candidates.length < 2 * mostCandidates) return;
    const ranked = this.#candidates.toSorted((a, b) => b.score - a.score);
    const kept = new Set(ranked.slice(0, mostCandidates));
    this.#candidates = this.#candidates.filter((candidate) => kept.has(candidate));
  }

  /** The best `count` passages in document order (Carbonell and Goldstein 1998 for the choice one by one). */
  choose(count: number): ChosenSpan<T>[] {
    const redundancy = new Map(this.#candidates.map((candidate) => [candidate, 0]));
    const chosen: (ChosenSpan<T> & { readonly index: number })[] = [];
    while (chosen.length < count && redundancy.size > 0) {
      let best: Candidate<T> | undefined;
      let bestValue = -Infinity;
      for (const [candidate, similarity] of redundancy) {
        const value = candidate.score * (1 - redundancyWeight * similarity);
        if (value > bestValue) [best, bestValue] = [candidate, value];
      }
      if (best === undefined) break;
      redundancy.delete(best);
      chosen.push({ span: best.span, score: bestValue, index: this.#candidates.indexOf(best) });
      for (const [candidate, similarity] of redundancy) {
        redundancy.set(candidate, Math.max(similarity, this.#statistics.similarity(best.terms, candidate.terms)));
      }
    }
    return chosen.sort((a, b) => a.index - b.index).map(({ span, score }) => ({ span, score }));
  }
}
