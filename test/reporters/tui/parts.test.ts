// The parts of the screen: proportions, sparklines, and text in columns.

import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { proportions } from '../../../src/reporters/tui/style.js';
import {
  padTo,
  justify,
  fit,
  fittingParts,
  tabsExpanded,
  width,
  wrap,
  wrapLine,
} from '../../../src/reporters/tui/text.js';
import { emptyTrend, extendTrend, sparkline } from '../../../src/reporters/tui/trend.js';

describe('proportions', () => {
  it('are true, and fill the bar', () => {
    expect(proportions([50, 25, 25], 8)).toEqual([4, 2, 2]);
    expect(proportions([1, 1, 1], 10)).toEqual([4, 3, 3]);
    expect(proportions([0, 5, 0], 7)).toEqual([0, 7, 0]);
    expect(proportions([0, 0], 7)).toEqual([0, 0]);
  });

  it('let everything be seen that is there', () => {
    expect(proportions([4, 508], 60)).toEqual([1, 59]);
    expect(proportions([1, 1e9, 1], 10)).toEqual([1, 8, 1]);
    fc.assert(
      fc.property(
        fc.array(fc.nat(1e6), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 8, max: 200 }),
        (sizes, cells) => {
          const shares = proportions(sizes, cells);
          const total = sizes.reduce((sum, size) => sum + size, 0);
          if (total === 0) return;
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(cells);
          for (const [index, share] of shares.entries()) {
            const size = sizes[index] ?? 0;
            expect(share > 0).toBe(size > 0);
            // What the others were given at least, the largest lacks.
            expect(Math.abs(share - (size / total) * cells)).toBeLessThanOrEqual(sizes.length);
          }
        },
      ),
    );
  });
});

describe('the sparkline', () => {
  const trendOf = (means: readonly number[], tokens = 64): typeof emptyTrend =>
    means.reduce((trend, mean) => extendTrend(trend, { nats: mean * tokens, tokens }), emptyTrend);

  it('goes from the least to the most', () => {
    expect(sparkline(trendOf([1, 2, 3, 4, 5, 6, 7, 8]), 20)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline(trendOf([5, 5, 5]), 20)).toBe('▄▄▄');
    expect(sparkline(emptyTrend, 20)).toBe('');
    expect(sparkline(trendOf([1, 9]), 0)).toBe('');
  });

  it('shows means where there are more points than columns', () => {
    expect(sparkline(trendOf([1, 3, 4, 6, 7, 9, 8, 8]), 4)).toBe('▁▅██');
  });

  it('keeps its shape however long the text is', () => {
    const rising = sparkline(trendOf(Array.from({ length: 5000 }, (_, index) => index)), 16);
    expect(rising).toBe('▁▁▂▂▃▃▄▄▅▅▆▆▇▇██');
  });
});

describe('text in columns', () => {
  const texts = fc.array(fc.constantFrom('a', 'Whale', ' ', 'é', '日本', '😀', '—', '\t', 'naïve ', 'ﾞ'), {
    maxLength: 30,
  });

  it('has the width that a terminal gives it', () => {
    fc.assert(
      fc.property(texts, (words) => {
        const text = words.join('').replace(/\t/g, ' ');
        expect(width(text)).toBe(stringWidth(text));
        expect(width(`\u001b[35m${text}\u001b[39m`)).toBe(stringWidth(text));
      }),
    );
  });

  it('gives a tab the columns that a terminal does', () => {
    expect(tabsExpanded('a\tb')).toBe('a       b');
    expect(tabsExpanded('日本語\t\tx')).toBe('日本語          x');
    expect(tabsExpanded('12345678\t')).toBe('12345678        ');
  });

  it('fits', () => {
    expect(fit('a whale', 7)).toBe('a whale');
    expect(fit('a whale', 6)).toBe('a wha…');
    expect(fit('日本語', 5)).toBe('日本…');
    expect(fit('a whale', 0)).toBe('');
    expect(padTo('whale', 8)).toBe('whale   ');
    expect(padTo('whales', 5)).toBe('whal…');
  });

  it('gives way at the end of a row, or leaves it out', () => {
    expect(justify('left', 'right', 12)).toBe('left   right');
    expect(justify('left', 'a long right end', 20)).toBe('left  a long right …');
    expect(justify('a long left end', 'right', 18)).toBe('a long left end');
    expect(fittingParts(['one', 'two', 'three'], 9)).toBe('one   two');
  });

  it('wraps within the columns, between words, and loses nothing but space', () => {
    expect(wrap('Call me Ishmael. Some years ago\n\nnever mind', 16)).toEqual([
      'Call me Ishmael.',
      'Some years ago',
      '',
      'never mind',
    ]);
    expect(wrap('abcdefghijkl', 5)).toEqual(['abcde', 'fghij', 'kl']);
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 30 }), (words, columns) => {
        const text = words.join('');
        const rows = wrap(text, columns);
        for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
        expect(rows.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        const plain = text.replace(/\t/g, ' ');
        expect(wrapLine(plain, columns).join('')).toBe(plain);
      }),
    );
  });

  it('lets no document steer the terminal', () => {
    expect(wrap('a\u001b[31mb\u0007c', 20)).toEqual(['a?[31mb?c']);
  });
});
