// The most telling passages of a document, from a bounded set of candidates kept while it streams.

import type { Span } from './cutting/span-scores.js';
import { countWords } from './cutting/sentences.js';
import { termsOf, TermStatistics, type Terms, type TermState } from './words/terms.js';

interface Candidate<T extends Span> {
  readonly span: T;
  readonly natsPerToken: number;
  readonly terms: Terms;
  /** Of the passage among all, in the centrality of others. */
  readonly weight: number;
  readonly words: number;
  /** What ranks it; undefined for centrality and surprise. */
  readonly score: (() => number) | undefined;
}

/** A candidate as data; the rest of it follows from its text. */
interface CandidateState<T> {
  readonly span: T;
  readonly natsPerToken: number;
  readonly weight: number;
  readonly isScored: boolean;
}

/** A digest in the making, as data. */
export interface DigestState<T> {
  readonly statistics: TermState;
  readonly candidates: readonly CandidateState<T>[];
  readonly words: number;
  readonly surpriseMean: number;
  readonly surpriseSquares: number;
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
/** What a passage gains for each standard deviation of surprise above the mean, as a power of e. Below 0: among equally
 * central passages, those that the model finds typical sum a document up better (measured in test/bench/digest.mjs). */
const surpriseWeight = -0.1;
/** Shorter passages count less: they say little, however central their words. */
const fullWords = 12;

/** What a passage of so many words counts, from 0 to 1. */
export function lengthWeight(words: number): number {
  return Math.min(1, words / fullWords);
}

export class Digest<T extends Span> {
  #statistics = new TermStatistics();
  #candidates: Candidate<T>[] = [];
  #words = 0;
  #surpriseMean = 0;
  #surpriseSquares = 0;

  /** `spanOf`: turns a span as data into one. `scoreOf`: what ranks it, where something does beside the usual. */
  static from<T extends Span, Data>(
    state: DigestState<Data>,
    spanOf: (span: Data) => T,
    scoreOf: (span: T, natsPerToken: number) => number,
  ): Digest<T> {
    const digest = new Digest<T>();
    digest.#statistics = TermStatistics.from(state.statistics);
    digest.#candidates = state.candidates.map(({ span: data, natsPerToken, weight, isScored }) => {
      const span = spanOf(data);
      const score = isScored ? () => scoreOf(span, natsPerToken) : undefined;
      return { span, natsPerToken, terms: termsOf(span.text), weight, words: countWords(span.text), score };
    });
    digest.#words = state.words;
    digest.#surpriseMean = state.surpriseMean;
    digest.#surpriseSquares = state.surpriseSquares;
    return digest;
  }

  /** `dataOf`: turns a span into data. The statistics are no copy. */
  state<Data>(dataOf: (span: T) => Data): DigestState<Data> {
    return {
      statistics: this.#statistics.state(),
      candidates: this.#candidates.map(({ span, natsPerToken, weight, score }) => ({
        span: dataOf(span),
        natsPerToken,
        weight,
        isScored: score !== undefined,
      })),
      words: this.#words,
      surpriseMean: this.#surpriseMean,
      surpriseSquares: this.#surpriseSquares,
    };
  }

  /** `score`: what ranks the span, at the time of asking; without, centrality and surprise do. */
  add(span: T, natsPerToken: number, score?: () => number): void {
    const terms = termsOf(span.text);
    const weight = this.#statistics.add(terms);
    const words = countWords(span.text);
    this.#words += words;
    const deviation = natsPerToken - this.#surpriseMean;
    this.#surpriseMean += deviation / this.#statistics.passages;
    this.#surpriseSquares += deviation * (natsPerToken - this.#surpriseMean);
    this.#candidates.push({ span, natsPerToken, terms, weight, words, score });
    if (this.#candidates.length >= 2 * mostCandidates) this.#prune();
  }

  /** Passages for a document of this length where the user does not say: 5 to 20. */
  get usualCount(): number {
    return Math.max(5, Math.min(20, Math.round(this.#words / 500)));
  }

  /** The best `count` passages in document order (Carbonell and Goldstein 1998 for the choice one by one). */
  choose(count = this.usualCount): ChosenSpan<T>[] {
    const relevance = new Map(this.#scored());
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

  #scored(): [Candidate<T>, number][] {
    const spread = Math.sqrt(this.#surpriseSquares / Math.max(1, this.#statistics.passages));
    return this.#candidates.map((candidate) => {
      const { terms, weight, natsPerToken, words, score } = candidate;
      if (score !== undefined) return [candidate, score()];
      const standardised = spread > 0 ? (natsPerToken - this.#surpriseMean) / spread : 0;
      const surprise = Math.exp(surpriseWeight * standardised);
      return [candidate, this.#statistics.centrality(terms, weight) * surprise * lengthWeight(words)];
    });
  }

  #prune(): void {
    const ranked = this.#scored().sort(([, a], [, b]) => b - a);
    const kept = new Set(ranked.slice(0, mostCandidates).map(([candidate]) => candidate));
    this.#candidates = this.#candidates.filter((candidate) => kept.has(candidate));
  }
}
