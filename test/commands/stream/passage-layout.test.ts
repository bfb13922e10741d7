import { describe, expect, it } from 'vitest';
import { passageLayout } from '../../../src/commands/stream/passage-layout.js';
import type { Passage } from '../../../src/engine/events/events.js';

const words = 'It is a way I have of driving off the spleen, and regulating the circulation.';

function passage(line: number, chapter?: string | null): Passage {
  const document = { index: 0, name: 'books/moby-dick.txt' };
  const place = chapter === undefined ? {} : { chapter };
  return { event: 'passage', document, text: words, lines: [line, line + (line % 2)], score: 1, count: 1, ...place };
}

describe('passageLayout', () => {
  it('wraps at words, with a short source below and a blank line after each passage', () => {
    expect(passageLayout([passage(2), passage(3)], { columns: 40, color: false })).toBe(
      [
        'It is a way I have of driving off the',
        'spleen, and regulating the circulation.',
        '  moby-dick.txt:2',
        '',
        'It is a way I have of driving off the',
        'spleen, and regulating the circulation.',
        '  moby-dick.txt:3-4',
        '\n',
      ].join('\n'),
    );
  });

  it('sets each heading off once, above the passages of its chapter', () => {
    const shown = passageLayout([passage(2, null), passage(4, 'One'), passage(6, 'One'), passage(8, 'Two')], {
      columns: 200,
      color: false,
    });
    const heads = shown.split('\n').filter((line) => ['One', 'Two'].includes(line));
    expect(heads).toEqual(['One', 'Two']);
    expect(shown).toContain('\n\nOne\n\nIt is');
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('styles headings and sources where there is colour, and nothing from outside', () => {
    const document = { index: 0, name: 'a\u001b[31m.txt' };
    const shown = passageLayout([{ ...passage(2, 'One'), document }], { columns: 80, color: true });
    expect(shown).toContain('\u001b[1mOne\u001b[22m\n');
    expect(shown).toContain('  \u001b[2ma?[31m.txt:2\u001b[22m\n');
  });
});
