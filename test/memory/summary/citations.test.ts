// Citations of a summary against the notes that it was written from.

import { describe, expect, it } from 'vitest';
import { checkCitations } from '../../../src/memory/summary/citations.js';

const notes = [
  [1, 40],
  [41, 80],
] as const;

function check(text: string): ReturnType<typeof checkCitations> {
  return checkCitations(text, 'notes/log.txt', notes);
}

describe('citations', () => {
  it('name the document, and its lines as the note has them', () => {
    const text = 'It began [1-40]. It ended [41–80].';
    expect(check(text)).toEqual({
      text: 'It began [notes/log.txt:1-40]. It ended [notes/log.txt:41-80].',
      ...{ kept: 2, mapped: 0, removed: 0 },
    });
    expect(check('So [notes/log.txt:1-40] and [log.txt:1-40].')).toMatchObject({ kept: 2 });
    expect(check('So [lines 1-40, 41-80].').text).toBe('So [notes/log.txt:1-40] [notes/log.txt:41-80].');
  });

  it('are widened to the note that holds them', () => {
    expect(check('It broke [44-45], [50].')).toEqual({
      text: 'It broke [notes/log.txt:41-80], [notes/log.txt:41-80].',
      ...{ kept: 0, mapped: 2, removed: 0 },
    });
    // Twice the same place is said once.
    expect(check('It broke [44-45; 50-51].').text).toBe('It broke [notes/log.txt:41-80].');
  });

  it('are removed where no note stands for them', () => {
    for (const cited of ['[81-90]', '[30-50]', '[40-1]', '[other.txt:1-40]', '[0]']) {
      expect(check(`It sank ${cited}.`)).toEqual({ text: 'It sank.', kept: 0, mapped: 0, removed: 1 });
    }
    expect(check('It sank [1-40, 99-100].')).toMatchObject({ text: 'It sank [notes/log.txt:1-40].', removed: 1 });
  });

  it('are numbers of lines: other brackets stay', () => {
    const text = 'He said "[sic]" [see below] [a-b] and left [the end, 1851].';
    expect(check(text)).toEqual({ text, kept: 0, mapped: 0, removed: 0 });
  });
});
