import { describe, expect, it } from 'vitest';
import { TokenReader } from '../../../src/engine/tokens/token-reader.js';
import { documentStart, type Position, type StretchRun } from '../../../src/engine/tokens/token-stream.js';

function positionAt(bytes: number): Position {
  return { ...documentStart, bytes, lines: 1, textBytes: bytes };
}

/** Runs of so many tokens, numbered from 1, each a byte long; a string with `|` for one that ends at a pause. */
async function* runsOf(
  lengths: readonly (number | `${number}|`)[],
  failure?: Error,
): AsyncGenerator<StretchRun, Position> {
  let read = 0;
  for (const length of lengths) {
    await Promise.resolve();
    const textFrom = read;
    const tokens = Int32Array.from({ length: parseInt(String(length)) }, () => ++read);
    const run = { tokens, positions: Array.from(tokens, (token) => positionAt(token)), textFrom };
    const text = Uint8Array.from(tokens);
    yield { ...run, text, ...(typeof length === 'string' && { pause: true }) };
  }
  if (failure !== undefined) throw failure;
  return positionAt(read);
}

describe('TokenReader', () => {
  it('hands out blocks across runs, and looks one token ahead', async () => {
    const reader = new TokenReader(runsOf([3, 1, 5]));
    expect(await reader.fill(5)).toBe(5);
    expect([...reader.take(4).tokens]).toEqual([1, 2, 3, 4]);
    expect(reader.peek()).toEqual({ token: 5, position: positionAt(5) });
    expect(reader.position).toEqual(positionAt(4));
    expect(reader.ended).toBe(false);
    expect(await reader.fill(6)).toBe(5);
    expect([reader.ended, reader.paused, reader.limited]).toEqual([true, false, false]);
    expect([...reader.take(5).tokens]).toEqual([5, 6, 7, 8, 9]);
    expect(reader.position).toEqual(positionAt(9));
    expect(() => reader.take(1)).toThrow(RangeError);
  });

  it('stops at a pause with what is at hand, and goes on once no more than one token is', async () => {
    const reader = new TokenReader(runsOf([2, '3|', 4]));
    expect(await reader.fill(10)).toBe(5);
    expect([reader.paused, reader.ended, reader.waits]).toEqual([true, false, false]);
    expect(await reader.fill(10)).toBe(5);
    expect(reader.paused).toBe(true);
    reader.take(4);
    expect(reader.waits).toBe(true);
    expect(await reader.fill(10)).toBe(5);
    expect([reader.paused, reader.ended, reader.waits]).toEqual([false, true, false]);
    expect([...reader.take(5).tokens]).toEqual([5, 6, 7, 8, 9]);
  });

  it('stops at each pause, also one without tokens', async () => {
    const reader = new TokenReader(runsOf(['0|', '2|', '0|', '1|']));
    const filled: [number, boolean][] = [];
    for (let times = 0; times < 6; times += 1) {
      const count = await reader.fill(4);
      filled.push([count, reader.paused]);
      if (count > 1) reader.take(count - 1);
    }
    expect(filled).toEqual([
      [0, true],
      [2, true],
      [1, true],
      [2, true],
      [1, false],
      [1, false],
    ]);
    expect(reader.ended).toBe(true);
  });

  it('is not paused where there is enough before the pause', async () => {
    const reader = new TokenReader(runsOf([4, '1|', 1]));
    expect(await reader.fill(4)).toBe(4);
    expect(reader.paused).toBe(false);
    expect(await reader.fill(5)).toBe(5);
    expect(reader.paused).toBe(true);
  });

  it('ends at its limit', async () => {
    const reader = new TokenReader(runsOf([2, '3|', 4]), 4);
    expect(await reader.fill(10)).toBe(4);
    expect([reader.limited, reader.ended]).toEqual([true, true]);
    expect([...reader.take(4).tokens]).toEqual([1, 2, 3, 4]);
    expect(await reader.fill(10)).toBe(0);
  });

  it('ends at a failure, after what came before it', async () => {
    const reader = new TokenReader(runsOf([2], new Error('the disk is gone')));
    expect(await reader.fill(10)).toBe(2);
    expect(reader.ended).toBe(true);
    expect(reader.failure?.message).toContain('the disk is gone');
    expect([...reader.take(2).tokens]).toEqual([1, 2]);
    expect(await reader.fill(10)).toBe(0);
  });
});
