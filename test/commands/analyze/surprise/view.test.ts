import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ScoredPiece, SurprisingLine } from '../../../../src/engine/events/events.js';
import { surprisingLines } from '../../../../src/commands/analyze/surprise/view.js';
import { colored, document, terminal, textOf } from '../../../reporters/support.js';

function pieces(...all: readonly (readonly [text: string, nats: number | null])[]): ScoredPiece[] {
  return all.map(([text, nats]) => ({ text, nats }));
}

const line: SurprisingLine = {
  event: 'surprising-line',
  document,
  line: 1412,
  natsPerToken: 4.3125,
  tokens: 8,
  pieces: pieces(
    ['There', null],
    [' she', 2.1],
    [' blow', 9.3],
    ['s', 0.4],
    ['!', 1.2],
    ['\t"', 3],
    ['Qu', 7.14],
    ['eequeg', 3.4],
    ['\n', 0.5],
  ),
};

describe('the most surprising lines', () => {
  it('are named by place, as grep does, with the tokens that carry half of the surprise', () => {
    expect(textOf(surprisingLines, [line, { ...line, line: 7 }], terminal)).toBe(
      [
        'book.txt:1412: 4.31 There she blows!\t"Queequeg  [tokens: "blow" 9.30, "Qu" 7.14]',
        'book.txt:7: 4.31 There she blows!\t"Queequeg  [tokens: "blow" 9.30, "Qu" 7.14]',
        '',
      ].join('\n'),
    );
  });

  it('have these tokens underlined on a terminal, without the space in front', () => {
    const text = textOf(surprisingLines, [line], colored);
    expect(text).toBe('book.txt:1412: 4.31 There she \u001b[4mblow\u001b[24ms!\t"\u001b[4mQu\u001b[24meequeg\n');
  });

  it('point out five tokens at most, however even the line', () => {
    const even = pieces(...Array.from({ length: 30 }, (_, at) => [` w${at}`, 5] as const));
    const text = textOf(surprisingLines, [{ ...line, tokens: 30, pieces: even }], terminal);
    expect(text).toContain('[tokens: "w0" 5.00, "w1" 5.00, "w2" 5.00, "w3" 5.00, "w4" 5.00]');
    expect(textOf(surprisingLines, [{ ...line, tokens: 30, pieces: even }], colored).split('\u001b[4m')).toHaveLength(
      6,
    );
  });

  it('say where a long line is not shown whole', () => {
    const long = { ...line, tokens: 1500 };
    expect(textOf(surprisingLines, [long], terminal)).toMatch(/"Qu" 7\.14; 8 of its 1,500 tokens\]\n$/);
    expect(stripVTControlCharacters(textOf(surprisingLines, [long], colored))).toMatch(
      /"Queequeg {2}\[8 of its 1,500 tokens\]\n$/,
    );
  });

  it('cannot steer the terminal, nor take a second line', () => {
    const nasty = pieces([' \u001b[2J', 9], ['\n', 8], ['\u009b31m', 7], ['a\r\nb', 0.1]);
    const event = { ...line, document: { index: 0, name: 'a\u0007' }, tokens: 4, pieces: nasty };
    expect(textOf(surprisingLines, [event], terminal)).toBe(
      'a?:1412: 4.31  ?[2J ?31ma? b  [tokens: "\\u001b[2J" 9.00, "\\n" 8.00]\n',
    );
    const text = textOf(surprisingLines, [event], colored);
    expect(text.replaceAll('\u001b[4m', '').replaceAll('\u001b[24m', '')).toBe('a?:1412: 4.31  ?[2J ?31ma? b\n');
  });

  it('name a character, not the tokens that make it up, with what all of them surprise with', () => {
    const parts = pieces([' a', 1], ['', 4], ['', 3.5], ['😀', 2.5], [' b', 1]);
    const event = { ...line, tokens: 5, pieces: parts };
    expect(textOf(surprisingLines, [event], terminal)).toBe('book.txt:1412: 4.31  a😀 b  [tokens: "😀" 10.0]\n');
    expect(textOf(surprisingLines, [event], colored)).toBe('book.txt:1412: 4.31  a\u001b[4m😀\u001b[24m b\n');
  });
});
