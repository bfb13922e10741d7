import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { note, table, wrapped, type Column } from '../../src/reporters/layout.js';
import { stylesOf } from '../../src/reporters/screen.js';
import { colored, widest } from './support.js';

const columns: readonly Column[] = [
  { title: 'policy', align: 'left', cells: ['dense', 'sinks:4+508'] },
  { title: 'PPL', align: 'right', cells: ['49.2', '112'] },
  { title: 'verdict', align: 'left', cells: ['-', 'no evidence'] },
];

describe('tables', () => {
  it('are aligned, without space at the ends of lines', () => {
    expect(table(columns, 80)).toBe(
      [
        'policy        PPL  verdict', //
        'dense        49.2  -',
        'sinks:4+508   112  no evidence',
        '',
      ].join('\n'),
    );
  });

  it('go on below where they are too wide, each block with the first column', () => {
    expect(table(columns, 29)).toBe(
      [
        'policy        PPL', //
        'dense        49.2',
        'sinks:4+508   112',
        '',
        'policy       verdict',
        'dense        -',
        'sinks:4+508  no evidence',
        '',
      ].join('\n'),
    );
    expect(table(columns, 30)).toBe(table(columns, Infinity));
  });

  it('lose no cell, however narrow', () => {
    expect(table(columns, 1).match(/49\.2|112|no evidence/g)).toEqual(['49.2', '112', 'no evidence']);
    expect(table([], 80)).toBe('');
  });

  it('give no room to styles', () => {
    const { red } = stylesOf(colored);
    const painted = columns.map((column) => ({ ...column, cells: column.cells.map((cell) => red(cell)) }));
    expect(stripVTControlCharacters(table(painted, 30))).toBe(table(columns, 30));
  });
});

describe('wrapped words', () => {
  it('fill lines and keep their order', () => {
    expect(wrapped(['one', 'two', 'three', 'incomprehensibilities', 'end'], 9)).toBe(
      'one two\nthree\nincomprehensibilities\nend\n',
    );
    expect(wrapped(['a b', 'c d', 'e'], 8, '  ')).toBe('a b  c d\ne\n');
    expect(wrapped([], 9)).toBe('');
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 12, max: 60 }), (words, width) => {
        const text = wrapped(words, width);
        expect(widest(text)).toBeLessThanOrEqual(width);
        expect(text.trimEnd().split(/[ \n]/)).toEqual(words);
      }),
    );
  });

  it('of a note are never wider than reads well', () => {
    const text = 'word '.repeat(60).trim();
    expect([widest(note(text, Infinity)), widest(note(text, 40))]).toEqual([79, 39]);
  });
});
