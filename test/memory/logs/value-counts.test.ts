import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueCounts, type Varying } from '../../../src/memory/logs/value-counts.js';

function varyingOf(values: readonly string[]): Varying {
  const counts = new ValueCounts();
  for (const value of values) counts.add(`<${value}>`, 1, value.length + 1, /^\d+$/.test(value));
  return counts.varying;
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe('ValueCounts', () => {
  it('is exact for up to 16 values', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Array.from('abcdefghijklmnop')), { maxLength: 100 }), (values) => {
        const { values: counted, exact } = varyingOf(values);
        expect(exact).toBe(true);
        expect(new Map(counted.map(({ text, count }) => [text, count]))).toEqual(countsOf(values));
        expect(counted.map(({ count }) => count)).toEqual(counted.map(({ count }) => count).sort((a, b) => b - a));
      }),
    );
  });

  it('never counts too much, and of n values lacks at most n / 17 of one', () => {
    const value = fc.oneof(fc.constantFrom('10.0.0.7', 'root'), fc.integer({ min: 0, max: 60 }).map(String));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 600 }), (values) => {
        const told = new Map(varyingOf(values).values.map(({ text, count }) => [text, count]));
        for (const [text, count] of countsOf(values)) {
          expect(told.get(text) ?? 0).toBeLessThanOrEqual(count);
          // A value that came once since the last time that there was no room is counted, but has no text.
          expect(told.get(text) ?? 1).toBeGreaterThanOrEqual(Math.floor(count - values.length / 17));
        }
      }),
    );
  });

  it('tells the range where all values are numbers', () => {
    expect(varyingOf(['80', '443', '8080']).range).toEqual([80, 8080]);
    expect(varyingOf(['80', 'http']).range).toBeUndefined();
    expect(varyingOf(['80', '80']).range).toBeUndefined();
  });
});
