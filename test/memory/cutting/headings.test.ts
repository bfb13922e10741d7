import { describe, expect, it } from 'vitest';
import { headingOf, markedHeading, Sections } from '../../../src/memory/cutting/headings.js';

describe('markedHeading', () => {
  it.each([
    ['CHAPTER 1. Loomings.\n', 'CHAPTER 1. Loomings.'],
    ['BOOK ONE: 1805', 'BOOK ONE: 1805'],
    ['Chapter 2 - The Pool of Tears', 'Chapter 2 - The Pool of Tears'],
    ['CHAPTER XIV', 'CHAPTER XIV'],
    ['BOOK I -  MISS BROOKE', 'BOOK I - MISS BROOKE'],
    ['## The third part ##', 'The third part'],
    ['== Early years ==', 'Early years'],
    [' = = = Early years = = = \n', 'Early years'],
    ['EPILOGUE.', 'EPILOGUE.'],
    ['BOOK FIFTEEN: 1812 - 13', 'BOOK FIFTEEN: 1812 - 13'],
    ['FIRST EPILOGUE: 1813 - 20', 'FIRST EPILOGUE: 1813 - 20'],
  ])('knows %j', (line, title) => {
    expect(markedHeading(line)?.title).toBe(title);
  });

  it.each(['Part two of the plan was harder than', 'Chapter and verse', 'Section 219 of the Act', '#hash', ''])(
    'takes %j for no heading',
    (line) => {
      expect(markedHeading(line)).toBeUndefined();
    },
  );
});

describe('headingOf', () => {
  it.each(['MOBY-DICK; OR, THE WHALE\n', 'Background and History\n\n', 'A title\n-------\n', '3.2 Related Work'])(
    'knows %j',
    (paragraph) => {
      expect(headingOf(paragraph)).toBeDefined();
    },
  );

  it.each([
    'He went home.',
    'Call me Ishmael',
    '"HELP!"',
    'Professor E: So',
    'Yours,\nJohn Smith',
    'The whale swam away\nand never came back',
  ])('takes %j for none', (paragraph) => {
    expect(headingOf(paragraph)).toBeUndefined();
  });
});

describe('Sections', () => {
  function titlesOf(...lines: string[]): (string | null)[] {
    const sections = new Sections();
    return lines.map((line) => {
      const heading = markedHeading(line) ?? headingOf(line);
      if (heading === undefined) sections.fill();
      else sections.enter(heading);
      return sections.title;
    });
  }

  it('names a chapter with the book that it is in', () => {
    expect(titlesOf('Prose.', 'BOOK ONE: 1805', 'CHAPTER I', 'CHAPTER II', 'BOOK TWO', 'CHAPTER I').slice(1)).toEqual([
      'BOOK ONE: 1805',
      'BOOK ONE: 1805, CHAPTER I',
      'BOOK ONE: 1805, CHAPTER II',
      'BOOK TWO',
      'BOOK TWO, CHAPTER I',
    ]);
    expect(titlesOf('Prose.')).toEqual([null]);
  });

  it('takes the line after the number of a chapter for its name, and a sign in its middle for none', () => {
    expect(titlesOf('CHAPTER I.', 'DOWN THE RABBIT-HOLE', 'Alice was tired.', 'DRINK ME').at(-1)).toBe(
      'CHAPTER I. DOWN THE RABBIT-HOLE',
    );
  });

  it('names a section of a report by its own title alone, and by no byline', () => {
    expect(titlesOf('# Report', '## Background', 'By Some Author').at(-1)).toBe('Background');
    expect(titlesOf('Background and History', 'Law and Practice').at(-1)).toBe('Law and Practice');
  });
});
