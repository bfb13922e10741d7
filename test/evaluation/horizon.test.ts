import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Horizon } from '../../src/evaluation/horizon.js';

const document = { index: 0, name: 'book.txt' };

/** All chunks in memory, by the textbook: kept apart from the implementation. */
function direct(chunks: readonly Float32Array[], [from, to]: readonly [number, number]): number[] {
  return chunks.map((chunk) => [...chunk.subarray(from, to)].reduce((a, b) => a + b) / (to - from));
}
function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}
function standardError(values: readonly number[]): number {
  const squares = values.map((value) => (value - mean(values)) ** 2).reduce((a, b) => a + b);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

describe('the horizon', () => {
  it('has ranges of contexts that double from 16 on, up to the chunk', () => {
    const contexts = (chunkTokens: number): string[] => {
      const horizon = new Horizon(chunkTokens);
      horizon.add(new Float32Array(chunkTokens));
      return horizon.rows(document).map(({ context }) => context.join('-'));
    };
    expect(contexts(256)).toEqual(['1-16', '16-32', '32-64', '64-128', '128-256']);
    expect(contexts(40)).toEqual(['1-16', '16-32', '32-40']);
    expect(contexts(10)).toEqual(['1-10']);
  });

  it('gives the closed form where surprise falls with the logarithm of the context', () => {
    // NLL of p tokens in front: 8 - log2(p). Mean of log2 over [a, b) is log2((b-1)! / (a-1)!) / (b - a).
    const horizon = new Horizon(64);
    const chunk = Float32Array.from({ length: 64 }, (_, p) => 8 - Math.log2(p));
    for (let count = 0; count < 20; count++) horizon.add(chunk);
    const factorial = (n: number): number => (n <= 1 ? 0 : Math.log2(n) + factorial(n - 1));
    const expected = [
      8 - factorial(15) / 15,
      8 - (factorial(31) - factorial(15)) / 16,
      8 - (factorial(63) - factorial(31)) / 32,
    ];
    const rows = horizon.rows(document);
    expect(rows).toHaveLength(3);
    for (const [index, row] of rows.entries()) {
      expect(row).toMatchObject({ event: 'horizon-row', document, chunks: 20, standardError: 0 });
      expect(row.natsPerToken).toBeCloseTo(expected[index] ?? NaN, 5);
      if (index > 0)
        expect(row.gain?.natsPerToken).toBeCloseTo((expected[index - 1] ?? NaN) - (expected[index] ?? NaN), 5);
    }
    expect(rows[0]?.gain).toBeNull();
    expect(rows[1]?.gain?.standardError).toBe(0);
  });

  it('agrees with a direct computation over all chunks', () => {
    const chunk = fc.float32Array({ minLength: 48, maxLength: 48, min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 20, maxLength: 30, size: 'max' }), (chunks) => {
        const horizon = new Horizon(48);
        for (const scores of chunks) horizon.add(scores);
        const [first, second, third] = horizon.rows(document);
        const means = (
          [
            [1, 16],
            [16, 32],
            [32, 48],
          ] as const
        ).map((context) => direct(chunks, context));
        for (const [index, row] of [first, second, third].entries()) {
          expect(row?.natsPerToken).toBeCloseTo(mean(means[index] ?? []), 9);
          expect(row?.standardError).toBeCloseTo(standardError(means[index] ?? []), 9);
        }
        const gains = (means[1] ?? []).map((nats, index) => nats - (means[2]?.[index] ?? NaN));
        expect(third?.gain?.natsPerToken).toBeCloseTo(mean(gains), 9);
        expect(third?.gain?.standardError).toBeCloseTo(standardError(gains), 9);
      }),
      { numRuns: 30 },
    );
  });

  it('has no errors under 20 chunks, and no rows without one', () => {
    const horizon = new Horizon(32);
    expect(horizon.rows(document)).toEqual([]);
    for (let count = 0; count < 19; count++) horizon.add(new Float32Array(32).fill(count));
    expect(horizon.rows(document)).toEqual([
      {
        event: 'horizon-row',
        document,
        context: [1, 16],
        natsPerToken: 9,
        standardError: null,
        gain: null,
        chunks: 19,
      },
      {
        event: 'horizon-row',
        document,
        context: [16, 32],
        natsPerToken: 9,
        standardError: null,
        gain: { natsPerToken: 0, standardError: null },
        chunks: 19,
      },
    ]);
  });

  it('does not look at the first token, which has nothing in front', () => {
    const horizon = new Horizon(4);
    horizon.add(Float32Array.of(NaN, 1, 2, 3));
    expect(horizon.rows(document)[0]?.natsPerToken).toBe(2);
  });

  it('refuses a chunk that is not complete', () => {
    expect(() => {
      new Horizon(32).add(new Float32Array(31));
    }).toThrow(RangeError);
  });
});
