// The passages that together stand best for a text, from a bounded set of candidates kept while it streams.

import { countWords } from './cutting/sentences.js';
import type { Span } from './cutting/span-scores.js';
import type { ChosenSpan } from './ranked-passages.js';
import { wholeness } from './cutting/quotable.js';
import { termsOf, TermStatistics, type Terms, type TermState } from './words/terms.js';

interface Candidate<T extends Span> {
  readonly span: T;
  /** What it counts for among all passages. */
  readonly weight: number;
  /** Words of the text before it. */
  readonly place: number;
  readonly terms: Terms;
  /** Whether it reads as a quotation, by its form alone. */
  readonly form: number;
}

/** A candidate as data; the rest of it follows from its text. */
interface CandidateState<T> {
  readonly span: T;
  readonly weight: number;
  readonly place: number;
}

/** A digest in the making, as data. */
export interface DigestState<T> {
  readonly statistics: TermState;
  readonly candidates: readonly CandidateState<T>[];
  readonly words: number;
}

/** Candidates kept at most; twice as many come together before the lesser half goes. */
const mostCandidates = 1024;
/** Each of so many stretches of the text keeps as many candidates. */
const stretches = 64;
/** A digest has a passage for so many words, ... */
const wordsOfPassage = 500;
/** ... but no fewer and no more than these, where nobody says how many. */
const [fewestUsual, mostUsual] = [5, 20];
/** The end of a text has so much less to say than its beginning: two thirds. Most texts say first what they are about. */
const lateness = 0.5;
/** Shorter passages count less: they say little, however central their words. */
const fullWords = 12;
/** Longer ones count less, too: a quotation is to be read at a glance. */
const mostWords = 60;
const lengthExponent = 0.25;

/** What a passage of so many words counts, from 0 to 1. */
export function lengthWeight(words: number): number {
  return Math.min(1, words / fullWords);
}

export class Digest<T extends Span> {
  #statistics = new TermStatistics();
  #candidates: Candidate<T>[] = [];
  #words = 0;

  static from<T extends Span>(state: DigestState<T>): Digest<T> {
    const digest = new Digest<T>();
    digest.#statistics = TermStatistics.from(state.statistics);
    digest.#candidates = state.candidates.map(({ span, weight, place }) => {
      return { span, weight, place, terms: termsOf(span.text), form: formOf(span.text) };
    });
    digest.#words = state.words;
    return digest;
  }

  /** The statistics are no copy. */
  state(): DigestState<T> {
    return {
      statistics: this.#statistics.state(),
      candidates: this.#candidates.map(({ span, weight, place }) => ({ span, weight, place })),
      words: this.#words,
    };
  }

  add(span: T): void {
    const terms = termsOf(span.text);
    const weight = this.#statistics.add(terms);
    this.#candidates.push({ span, weight, place: this.#words, terms, form: formOf(span.text) });
    this.#words += countWords(span.text);
    if (this.#candidates.length >= 2 * mostCandidates) this.#prune();
  }

  /** Passages for a document of this length where the user does not say: 5 to 20. */
  get usualCount(): number {
    return Math.max(fewestUsual, Math.min(mostUsual, Math.round(this.#words / wordsOfPassage)));
  }

  /**
   * `count` passages in document order. One by one, the passage is taken that adds most to what the others say: its
   * nearness to the whole text, where a term that was said already counts less each time (coverage of terms with
   * diminishing returns, Lin and Bilmes 2011), and where a long text's part that has passages already counts less.
   */
  choose(count = this.usualCount): ChosenSpan<T>[] {
    const left = new Set(this.#candidates);
    const said = new Map<number, number>();
    const passagesOf = new Map<number, number>();
    const chosen: (ChosenSpan<T> & { readonly place: number })[] = [];
    while (chosen.length < count && left.size > 0) {
      let best: Candidate<T> | undefined;
      let score = -Infinity;
      for (const candidate of left) {
        const value = this.#value(candidate, said) / (1 + (passagesOf.get(this.#partOf(candidate)) ?? 0));
        if (value > score) [best, score] = [candidate, value];
      }
      if (best === undefined) break;
      left.delete(best);
      chosen.push({ span: best.span, score, place: best.place });
      const part = this.#partOf(best);
      passagesOf.set(part, (passagesOf.get(part) ?? 0) + 1);
      for (const slot of best.terms.slots) said.set(slot, (said.get(slot) ?? 0) + 1);
    }
    return chosen.sort((a, b) => a.place - b.place).map(({ span, score: value }) => ({ span, score: value }));
  }

  #value({ terms, weight, place, form }: Candidate<T>, said?: ReadonlyMap<number, number>): number {
    return (this.#statistics.centrality(terms, weight, said) * form) / (1 + (lateness * place) / this.#words);
  }

  /** A text of less than the usual number's words is one part: what opens with a summary is to be quoted from there. */
  #partOf({ place }: Candidate<T>): number {
    return this.#words < mostUsual * wordsOfPassage ? 0 : Math.floor((mostUsual * place) / this.#words);
  }

  #prune(): void {
    const ranked = this.#candidates.map((candidate) => ({ candidate, value: this.#value(candidate) }));
    ranked.sort((a, b) => b.value - a.value);
    const keptOf = new Uint16Array(stretches);
    const kept = new Set<Candidate<T>>();
    for (const { candidate } of ranked) {
      const stretch = Math.floor((stretches * candidate.place) / this.#words);
      if ((keptOf[stretch] ?? 0) >= mostCandidates / stretches) continue;
      keptOf[stretch] = (keptOf[stretch] ?? 0) + 1;
      kept.add(candidate);
    }
    this.#candidates = this.#candidates.filter((candidate) => kept.has(candidate));
  }
}

function formOf(text: string): number {
  const words = countWords(text);
  return lengthWeight(words) * Math.min(1, mostWords / words) ** lengthExponent * wholeness(text);
}
