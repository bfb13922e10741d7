// Batches: cut where that is safe, bounded where it never is.

import { describe, expect, it } from 'vitest';
import type { TextChunk } from '../../src/engine/document.js';
import { Batcher, type TextBatch } from '../../src/engine/text-batches.js';

function chunk(text: string): TextChunk {
  return { text, encoding: 'utf-8', byte: 0, endByte: 0, line: 1, invalidBytes: 0, controlCharacters: 0 };
}

function batches(texts: readonly string[], batcher: Batcher): TextBatch[] {
  return [...texts.map((text) => batcher.push(chunk(text))), batcher.end()].filter((batch) => batch !== undefined);
}

describe('Batcher', () => {
  it('cuts at the last safe place, and says whether that is inside a word', () => {
    expect(batches(['one two', ' three.f', 'our'], new Batcher({ usual: 7, longest: 100 }))).toEqual([
      { text: 'one', inWord: false },
      { text: ' two three', inWord: true },
      { text: '.four', inWord: true },
    ]);
  });

  it('waits for a place to cut, and cuts what has none when it is too long', () => {
    const batcher = new Batcher({ usual: 4, longest: 12 });
    expect(batches(['====', '====', '===', '== a'], batcher).map(({ text }) => text)).toEqual(['=============', ' a']);
    expect(batcher.forcedCuts).toBe(0);
    const other = new Batcher({ usual: 4, longest: 12 });
    expect(batches(['======', '======', '==='], other).map(({ text }) => text)).toEqual(['============', '===']);
    expect(other.forcedCuts).toBe(1);
  });

  it('gives nothing for an empty text', () => {
    expect(new Batcher().end()).toBeUndefined();
  });
});
