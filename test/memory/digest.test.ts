import { describe, expect, it } from 'vitest';
import { Digest } from '../../src/memory/digest.js';
import type { Span } from '../../src/memory/cutting/span-scores.js';
import { termsOf, TermStatistics } from '../../src/memory/words/terms.js';

const span = (text: string, line: number): Span => ({ text, lines: [line, line] });

describe('TermStatistics', () => {
  it('adds up the similarity to the other passages, earlier ones more', () => {
    // Every passage uses its terms once and all are equally rare, so that projections are cosines times one weight.
    const texts = ['a b', 'b c', 'c d', 'd a'];
    const statistics = new TermStatistics();
    const weights = texts.map((text) => statistics.add(termsOf(text)));
    expect(weights).toEqual([1, 2, 3, 4].map((place) => 1 / Math.log(Math.E + place)));
    const sum = weights.reduce((a, b) => a + b, 0);
    // Each has a cosine of 1/2 with two neighbours and 0 with the passage across.
    texts.forEach((text, index) => {
      const own = weights[index] ?? 0;
      const neighbours = ((weights[(index + 1) % 4] ?? 0) + (weights[(index + 3) % 4] ?? 0)) / 2;
      const expected = (neighbours / (sum - own)) * Math.log(1 + 4 / 3);
      // A vector of two equal weights is the square root of 2 longer than its counts scaled to 1.
      expect(statistics.centrality(termsOf(text), own)).toBeCloseTo(expected, 9);
    });
  });

  it('counts a term less the more often it was said', () => {
    const statistics = new TermStatistics();
    for (const text of ['whale', 'whale', 'ship']) statistics.add(termsOf(text));
    const whale = termsOf('whale');
    const [slot = 0] = whale.slots;
    const fresh = statistics.centrality(whale, 0);
    expect(statistics.centrality(whale, 0, new Map([[slot, 1]]))).toBeCloseTo(fresh / 2, 9);
    expect(statistics.centrality(whale, 0, new Map([[slot, 3]]))).toBeCloseTo(fresh / 4, 9);
  });

  it('knows no term twice and is 1 with itself', () => {
    const statistics = new TermStatistics();
    const terms = termsOf('one two two three');
    statistics.add(terms);
    expect(statistics.similarity(terms, terms)).toBeCloseTo(1, 6);
    expect(terms.slots).toHaveLength(3);
  });
});

describe('Digest', () => {
  const filler = Array.from({ length: 40 }, (_, line) =>
    span(`The whale swam near the ship number ${line} while the captain of the ship watched the sea.`, line + 1),
  );
  const strange = 'The committee discussed the budget of the new railway and the wages of its many workers.';

  function digestOf(spans: readonly Span[]): Digest<Span> {
    const digest = new Digest();
    for (const each of spans) digest.add(each);
    return digest;
  }

  it('gives passages in document order', () => {
    const lines = digestOf(filler)
      .choose(5)
      .map((chosen) => chosen.span.lines[0]);
    expect(lines).toHaveLength(5);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  it('takes what is not said already', () => {
    const both = filler.flatMap((each) => [each, span(strange.replace('many', `${each.lines[0]}`), each.lines[0])]);
    const texts = digestOf(both)
      .choose(2)
      .map((chosen) => chosen.span.text);
    expect(texts.filter((text) => text.includes('railway'))).toHaveLength(1);
  });

  it('prefers central passages to strays', () => {
    const digest = digestOf([span('Zyx qwv plm okn ijb uhv ygc tfx rdz esw aqp lok.', 99), ...filler]);
    expect(digest.choose(5).map((chosen) => chosen.span.lines[0])).not.toContain(99);
  });

  it('prefers what stands first of equals, whole sentences, and those that are read at a glance', () => {
    const [same = filler[0]] = filler;
    const texts = (first: string): Span[] => [span(first, 1), span(same?.text ?? '', 2), ...filler.slice(1)];
    expect(digestOf(texts(same?.text ?? '')).choose(1)[0]?.span.lines[0]).toBe(1);
    expect(digestOf(texts((same?.text ?? '').slice(0, -1))).choose(1)[0]?.span.lines[0]).not.toBe(1);
    const long = Array<string>(12)
      .fill((same?.text ?? '').slice(0, -1))
      .join(', ');
    expect(digestOf(texts(`${long}.`)).choose(1)[0]?.span.lines[0]).not.toBe(1);
  });

  it('keeps candidates of every part of a long text, and spreads the passages over it', () => {
    const spans = Array.from({ length: 6000 }, (_, line) => span(filler[line % 40]?.text ?? '', line + 1));
    const lines = digestOf(spans)
      .choose(20)
      .map((chosen) => Math.floor((20 * (chosen.span.lines[0] - 1)) / spans.length));
    expect(new Set(lines).size).toBe(20);
  });

  it('goes on from its state as if nothing had happened', () => {
    const spans = Array.from({ length: 3000 }, (_, line) =>
      span(`${filler[line % 40]?.text ?? ''} ${line * line}`, line),
    );
    const early = digestOf(spans.slice(0, 2500));
    const later = Digest.from(structuredClone(early.state()));
    for (const each of spans.slice(2500)) later.add(each);
    expect(later.choose(20)).toEqual(digestOf(spans).choose(20));
  });

  it('takes 5 to 20 passages, by length', () => {
    expect(new Digest().usualCount).toBe(5);
    expect(digestOf(Array<Span[]>(100).fill(filler).flat()).usualCount).toBe(20);
  });
});
