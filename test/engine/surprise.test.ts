import { describe, expect, it } from 'vitest';
import { SurpriseTally } from '../../src/engine/surprise.js';

/** Textbook batch means, kept apart from the implementation: all scores in memory. */
function batchMeansError(scores: readonly number[], size: number): number {
  const count = Math.floor(scores.length / size);
  const means = Array.from({ length: count }, (_, batch) => {
    return scores.slice(batch * size, (batch + 1) * size).reduce((a, b) => a + b) / size;
  });
  const mean = means.reduce((a, b) => a + b) / count;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return Math.sqrt(variance / count);
}

/** An autoregressive series with coefficient 0.9, reproducible. */
function correlated(length: number, seed = 1): Float32Array {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  let value = 0;
  return Float32Array.from({ length }, () => {
    value = 0.9 * value + random();
    return value + 4;
  });
}

describe('SurpriseTally', () => {
  it('gives the closed form for a constant score', () => {
    const tally = new SurpriseTally(512);
    tally.add(new Float32Array(1000).fill(Math.log(8)), 3000);
    expect(tally.perplexity).toBeCloseTo(8, 5);
    expect(tally.natsPerToken).toBeCloseTo(Math.log(8), 6);
    // 3 bits a token, 3 bytes a token.
    expect(tally.bitsPerByte).toBeCloseTo(1, 6);
  });

  it('estimates the error by batch means, however the scores arrive', () => {
    const scores = correlated(30_000);
    const tally = new SurpriseTally(100);
    for (let at = 0; at < scores.length; at += 97) tally.add(scores.subarray(at, at + 97), 0);
    expect(tally.batchTokens).toBe(512);
    expect(tally.batches).toBe(58);
    expect(tally.standardError).toBeCloseTo(batchMeansError([...scores], 512), 10);
    expect(tally.perplexityError).toBeCloseTo(batchMeansError([...scores], 512) * tally.perplexity, 8);
  });

  it('finds autocorrelated scores less certain than independent ones', () => {
    const scores = correlated(60_000);
    const tally = new SurpriseTally(512);
    tally.add(scores, 0);
    const mean = tally.natsPerToken;
    const independent = Math.sqrt(scores.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / scores.length;
    // For coefficient r the ratio is sqrt((1 + r) / (1 - r)) = 4.36.
    expect((tally.standardError ?? 0) / independent).toBeGreaterThan(3);
    expect((tally.standardError ?? 0) / independent).toBeLessThan(6);
  });

  it('uses batches of at least the capacity', () => {
    expect(new SurpriseTally(4096).batchTokens).toBe(4096);
  });

  it('gives no error under 20 batches', () => {
    const tally = new SurpriseTally(512);
    tally.add(correlated(512 * 20 - 1), 0);
    expect(tally.standardError).toBeUndefined();
    tally.add(correlated(1), 0);
    expect(tally.standardError).toBeGreaterThan(0);
  });

  it('counts what documents of few batches can tell: their spread, not their number', () => {
    const total = new SurpriseTally(512);
    for (let document = 0; document < 25; document += 1) {
      const tally = new SurpriseTally(512);
      tally.add(correlated(512 + (document === 0 ? 512 : 0), document), 0);
      total.include(tally);
    }
    expect(total.batches).toBe(26);
    expect(total.standardError).toBeUndefined();
  });

  it('pools documents by the spread within each', () => {
    const total = new SurpriseTally(512);
    for (const shift of [0, 100]) {
      const tally = new SurpriseTally(512);
      tally.add(
        correlated(512 * 20).map((score) => score + shift),
        0,
      );
      total.include(tally);
    }
    const alone = new SurpriseTally(512);
    alone.add(correlated(512 * 20), 0);
    expect(total.tokens).toBe(512 * 40);
    expect(total.batches).toBe(40);
    expect(total.standardError).toBeCloseTo((alone.standardError ?? 0) / Math.SQRT2, 4);
  });
});
