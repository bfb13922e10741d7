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
    span(`the whale swam near the ship number ${line} while the captain of the ship watched the sea`, line + 1),
  );

  it('gives passages in document order, no two alike', () => {
    const digest = new Digest();
    for (const each of filler) digest.add(each, 4);
    digest.add(span('the committee discussed the budget of the new railway and the wages of its many workers', 41), 4);
    const chosen = digest.choose(3);
    const lines = chosen.map((each) => each.span.lines[0]);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(chosen).toHaveLength(3);
  });

  it('prefers central passages to strays', () => {
    const digest = new Digest();
    digest.add(span('zyx qwv plm okn ijb uhv ygc tfx rdz esw aqp lok', 99), 4);
    for (const each of filler) digest.add(each, 4);
    expect(digest.choose(5).map((each) => each.span.lines[0])).not.toContain(99);
  });

  it('keeps the best of very many passages', () => {
    const digest = new Digest();
    for (let round = 0; round < 200; round += 1) {
      for (const each of filler) digest.add({ ...each, lines: [round * 40 + each.lines[0], 1] }, 4);
    }
    digest.add(span('last', 9000), 4, () => 1e9);
    expect(digest.choose(2).at(-1)?.span.text).toBe('last');
  });

  it('takes 5 to 20 passages, by length', () => {
    const digest = new Digest();
    expect(digest.usualCount).toBe(5);
    for (let round = 0; round < 100; round += 1) for (const each of filler) digest.add(each, 4);
    expect(digest.usualCount).toBe(20);
  });
});
