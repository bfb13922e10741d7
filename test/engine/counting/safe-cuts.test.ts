// A cut is safe where the pieces of both sides are those of the whole, for every pattern.

import fc from 'fast-check';
import {
  CL100K_TOKEN_SPLIT_REGEX,
  O200K_TOKEN_SPLIT_REGEX,
  R50K_TOKEN_SPLIT_REGEX,
} from 'gpt-tokenizer/encodingParams/constants';
import { describe, expect, it } from 'vitest';
import { lastSafeCut, visitSegments } from '../../../src/engine/counting/safe-cuts.js';
import { awkwardText } from '../../support/byte-pairs.js';

const patterns = [CL100K_TOKEN_SPLIT_REGEX, O200K_TOKEN_SPLIT_REGEX, R50K_TOKEN_SPLIT_REGEX];

function segmentsOf(text: string): string[] {
  const segments: string[] = [];
  visitSegments(text, false, (from, to) => segments.push(text.slice(from, to)));
  return segments;
}

describe('safe cuts', () => {
  it('leave the pieces of every pattern as they are', () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        const segments = segmentsOf(text);
        expect(segments.join('')).toBe(text);
        for (const pattern of patterns)
          expect(segments.flatMap((segment) => segment.match(pattern) ?? [])).toEqual(text.match(pattern) ?? []);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["The model's end.\nNext line", ['The', " model's", ' end', '.\n', 'Next', ' line']],
    ['2026-03-09T00:00:52.130Z', ['2026', '-03', '-09', 'T', '00', ':00', ':52', '.130', 'Z']],
    // o200k lets a slash follow the line end of punctuation, and white space at a line's end depends on what follows.
    ['a.\n/b', ['a', '.\n/b']],
    ['a\n\nb', ['a', '\n\nb']],
    ['e\u0301 字。字', ['e\u0301', ' 字', '。字']],
  ])('cut %j', (text, segments) => {
    expect(segmentsOf(text)).toEqual(segments);
  });

  it('are found from the end', () => {
    expect(lastSafeCut('one two three')).toBe(7);
    for (const text of ['', 'a', '=====', 'aaaa', '    ', '😀😀']) expect(lastSafeCut(text)).toBeUndefined();
  });

  it('agree forwards and backwards', () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        const last = segmentsOf(text).at(-1) ?? '';
        expect(lastSafeCut(text) ?? 0).toBe(text.length - last.length);
      }),
    );
  });
});

describe('words and characters', () => {
  it.each([
    ['', 0, 0],
    ['one', 1, 3],
    [' one\n\ttwo  ', 2, 11],
    ['naïve 😀 字', 3, 9],
    ['non\u00a0breaking', 2, 12],
  ])('of %j are %d and %d', (text, words, characters) => {
    expect(visitSegments(text, false, () => undefined)).toEqual({ words, characters });
  });

  it('do not count a word twice that goes on', () => {
    expect(visitSegments('go on', true, () => undefined).words).toBe(1);
    expect(visitSegments(' go on', true, () => undefined).words).toBe(2);
  });
});
