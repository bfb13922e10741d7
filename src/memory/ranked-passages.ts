// The passages that rank highest of those that stream by, none like another.

import type { Span } from './cutting/span-scores.js';
import { termsOf, TermStatistics, type Terms, type TermState } from './words/terms.js';

interface Candidate<T extends Span> {
  readonly span: T;
  readonly natsPerToken: number;
  readonly terms: Terms;
  /** At the time of asking. */
  readonly score: () => number;
}

/** A candidate as data; the rest of it follows from its text. */
interface CandidateState<T> {
  readonly span: T;
  readonly natsPerToken: number;
}

/** Ranked passages as data. */
export interface RankedState<T> {
  readonly statistics: TermState;
  readonly candidates: readonly CandidateState<T>[];
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
  #statistics = new TermStatistics();
  #candidates: Candidate<T>[] = [];

  /** `spanOf`: turns a span as data into one. `scoreOf`: what ranks it. */
  static from<T extends Span, Data>(
    state: RankedState<Data>,
    spanOf: (span: Data) => T,
    scoreOf: (span: T, natsPerToken: number) => number,
  ): RankedPassages<T> {
    const passages = new RankedPassages<T>();
    passages.#statistics = TermStatistics.from(state.statistics);
    passages.#candidates = state.candidates.map(({ span: data, natsPerToken }) => {
      const span = spanOf(data);
      return { span, natsPerToken, terms: termsOf(span.text), score: () => scoreOf(span, natsPerToken) };
    });
    return passages;
  }

  /** `dataOf`: turns a span into data. The statistics are no copy. */
  state<Data>(dataOf: (span: T) => Data): RankedState<Data> {
    return {
      statistics: this.#statistics.state(),
      candidates: this.#candidates.map(({ span, natsPerToken }) => ({ span: dataOf(span), natsPerToken })),
    };
  }

  /** `score`: what ranks the span, at the time of asking. */
  add(span: T, natsPerToken: number, score: () => number): void {
    const terms = termsOf(span.text);
    this.#statistics.add(terms);
    this.#candidates.push({ span, natsPerToken, terms, score });
    if (this.#candidates.length >= 2 * mostCandidates) this.#prune();
  }

  /** The best `count` passages in document order (Carbonell and Goldstein 1998 for the choice one by one). */
  choose(count: number): ChosenSpan<T>[] {
    const relevance = new Map(this.#candidates.map((candidate) => [candidate, candidate.score()]));
    const redundancy = new Map(this.#candidates.map((candidate) => [candidate, 0]));
    const chosen: (ChosenSpan<T> & { readonly index: number })[] = [];
    while (chosen.length < count && redundancy.size > 0) {
      let best: Candidate<T> | undefined;
      let bestValue = -Infinity;
      for (const [candidate, similarity] of redundancy) {
        const value = (relevance.get(candidate) ?? 0) * (1 - redundancyWeight * similarity);
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

  #prune(): void {
    const ranked = this.#candidates.map((candidate) => ({ candidate, score: candidate.score() }));
    ranked.sort((a, b) => b.score - a.score);
    const kept = new Set(ranked.slice(0, mostCandidates).map(({ candidate }) => candidate));
    this.#candidates = this.#candidates.filter((candidate) => kept.has(candidate));
  }
}
