import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lastStateUpTo,
  statesToKeep,
  type StatePosition,
} from '../../../../src/commands/stream/bookmark/bookmark-ladder.js';

const rung = (tokens: number): StatePosition => ({ tokens, line: Math.floor(tokens / 10) });

describe('the states that a bookmark keeps', () => {
  it('are few, in order, and lie over all of the document, however often it is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 300 }), (steps) => {
        let kept: StatePosition[] = [];
        let tokens = 0;
        for (const [index, step] of steps.entries()) {
          tokens += step;
          const older = statesToKeep(kept, tokens);
          expect(older.every((state) => kept.includes(state))).toBe(true);
          kept = [...older, rung(tokens)];
          expect(kept.length).toBe(Math.min(4, index + 1));
          expect(kept.map((state) => state.tokens)).toEqual(kept.map((state) => state.tokens).sort((a, b) => a - b));
          const gaps = kept.map((state, index) => state.tokens - (kept[index - 1]?.tokens ?? 0));
          // Of four that lie evenly, each gap is a quarter; no step is longer than 1000.
          expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.max(0.75 * tokens, 2000));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are found by line: the last at or before it', () => {
    const states = [rung(50), rung(200), rung(400)];
    expect(lastStateUpTo(states, 4)).toBeUndefined();
    expect(lastStateUpTo(states, 5)?.tokens).toBe(50);
    expect(lastStateUpTo(states, 39)?.tokens).toBe(200);
    expect(lastStateUpTo(states, 1000)?.tokens).toBe(400);
  });
});
