// Batches: cut where that is safe, bounded where it never is.

import { describe, expect, it } from 'vitest';
import type { TextChunk } from '../../../src/engine/document.js';
import { Batcher, type TextBatch } from '../../../src/engine/counting/text-batches.js';

function chunk(text: string): TextChunk {
  return { text, encoding: 'utf-8', byte: 0, endByte: 0, line: 1, invalidBytes: 0, controlCharacters: 0 };
}

function batches(texts: readonly string[], batcher: Batcher): TextBatch[] {
  return [...texts.map((text) => batcher.push(chunk(text))), batcher.end()].filter((batch) => batch !== undefined);
}

/** Texts of the batches. */
function texts(all: readonly TextBatch[]): string[] {
  return all.map(({ parts }) => parts.join(''));
}

describe('Batcher', () => {
  it('cuts at the last safe place, and says whether that is inside a word', () => {
    const all = batches(['one two', ' three.f', 'our five', ' six'], new Batcher({ part: 4, usual: 7, longest: 100 }));
    expect(texts(all)).toEqual(['one', ' two three', '.four', ' five', ' six']);
    expect(all.map(({ inWord }) => inWord)).toEqual([false, true, true, true, true]);
  });

  it('knows where white space ends a batch', () => {
    const all = batches(['a\n', 'b\n', 'c\n'], new Batcher({ part: 4, usual: 4, longest: 4 }));
    expect(all.map(({ parts, inWord }) => [parts.join(''), inWord])).toEqual([
      ['a\nb', false],
      ['\nc\n', true],
    ]);
    expect(new Batcher({ part: 1, usual: 9, longest: 1 }).push(chunk(' '))).toEqual({ parts: [' '], inWord: false });
  });

  it('joins tiny chunks into parts', () => {
    const [batch] = batches(Array.from('abcdefgh'), new Batcher({ part: 3, usual: 100, longest: 100 }));
    expect(batch?.parts).toEqual(['abc', 'def', 'gh']);
  });

  it('waits for a place to cut, and cuts what has none when it is too long', () => {
    const batcher = new Batcher({ part: 1, usual: 4, longest: 14 });
    expect(texts(batches(['====', '====', '===', '== a'], batcher))).toEqual(['=============', ' a']);
    expect(batcher.forcedCuts).toBe(0);
    const other = new Batcher({ part: 1, usual: 4, longest: 12 });
    expect(texts(batches(['======', '======', '==='], other))).toEqual(['============', '===']);
    expect(other.forcedCuts).toBe(1);
  });

  it('gives nothing for an empty text', () => {
    expect(new Batcher().end()).toBeUndefined();
  });
});
