import { describe, expect, it } from 'vitest';
import type { Span } from '../../src/memory/cutting/span-scores.js';
import { RankedPassages } from '../../src/memory/ranked-passages.js';

const span = (text: string, line: number): Span => ({ text, lines: [line, line] });
const filler = Array.from({ length: 40 }, (_, line) =>
  span(`the whale swam near the ship number ${line} while the captain of the ship watched the sea`, line + 1),
);

describe('RankedPassages', () => {
  it('gives the best passages in document order', () => {
    const passages = new RankedPassages();
    for (const each of filler) passages.add(each, each.lines[0] % 7 === 0 ? 2 : 1);
    const lines = passages.choose(5).map((chosen) => chosen.span.lines[0]);
    expect(lines).toEqual([7, 14, 21, 28, 35]);
  });

  it('prefers one that is like no other to one that is said already', () => {
    const passages = new RankedPassages();
    for (const each of filler) passages.add(each, 1);
    passages.add(span('the committee discussed the budget of the new railway and its many workers', 41), 0.9);
    expect(passages.choose(2).map((chosen) => chosen.span.lines[0])).toContain(41);
  });

  it('keeps the best of very many passages', () => {
    const passages = new RankedPassages();
    for (let round = 0; round < 200; round += 1) {
      for (const each of filler) passages.add({ ...each, lines: [round * 40 + each.lines[0], 1] }, 1);
    }
    passages.add(span('last', 9000), 1e9);
    expect(passages.choose(2).at(-1)?.span.text).toBe('last');
  });
});
