// What is embedded of a span.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedTextsOf } from '../../../src/memory/recall/embedded-texts.js';

const short = 'One says little.';
const long = `A sentence of its own ${'that goes on and on '.repeat(10)}until it ends.`;

describe('embeddedTextsOf', () => {
  it('puts short sentences and lines together, and leaves long ones whole', () => {
    expect(embeddedTextsOf(`${short} ${short}\n${short}\n\n${long} ${short}`)).toEqual([
      `${short} ${short} ${short}`,
      long,
      short,
    ]);
    expect(embeddedTextsOf('2005-12-04 ok /etc/httpd\n'.repeat(10))).toHaveLength(2);
    expect(embeddedTextsOf(`"${long}" ${long}`)).toEqual([`"${long}"`, long]);
    expect(embeddedTextsOf('今日は晴れ。'.repeat(20))).toHaveLength(2);
  });

  it('loses nothing but white space, and makes at least one piece of any text', () => {
    const words = fc.array(fc.constantFrom('a', 'Bee.', 'c?', '\n', '\n\n', 'd。', '"E!"', long), { minLength: 1 });
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join(' ');
        const pieces = embeddedTextsOf(text);
        expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(pieces.every((piece) => piece.trim() !== '')).toBe(true);
        if (text.trim() !== '') expect(pieces.length).toBeGreaterThan(0);
      }),
    );
  });
});
