import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differencesFromFirst, pairedDifference } from '../../../src/evaluation/statistics/paired-difference.js';

/** Uniform numbers between -0.5 and 0.5, reproducible: xorshift32 (Marsaglia 2003). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
}

/** Additional hours of sleep with two drugs, 10 patients (Student 1908; `sleep` in R). */
const sleep = {
  first: [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  second: [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
};
const twice = <T>(values: readonly T[]): T[] => [...values, ...values];

describe('the paired difference of batch means', () => {
  it('follows from the published one of the sleep data, taken twice', async () => {
    const difference = await pairedDifference(twice(sleep.first), twice(sleep.second));
    // R for the 10 pairs: mean -1.58, t = -4.0621. Twice the pairs, twice the squares: t grows by sqrt(2 × 19 / 18).
    const t = -4.0621 * Math.sqrt(19 / 9);
    expect(difference).toMatchObject({ batches: 20, degreesOfFreedom: 19 });
    expect(difference?.natsPerToken).toBeCloseTo(-1.58, 12);
    expect((difference?.natsPerToken ?? 0) / (difference?.standardError ?? 0)).toBeCloseTo(t, 3);
  });

  it('is null under 20 batches that both have', async () => {
    const long = Array.from({ length: 50 }, (_, batch) => batch);
    expect(await pairedDifference(long, long.slice(0, 19))).toBeNull();
    expect(await pairedDifference(long.slice(0, 19), long)).toBeNull();
    expect(await pairedDifference(long, Float64Array.from(long.slice(0, 20)))).toMatchObject({ batches: 20 });
  });

  it('counts the common beginning only', async () => {
    const random = uniform(7);
    const reference = Array.from({ length: 30 }, () => 4 + random());
    const series = reference.map((mean) => mean + 0.1 * random());
    expect(await pairedDifference([...series, 99, 98], reference)).toEqual(await pairedDifference(series, reference));
  });

  it('is no evidence where all scores are the same, and sure where all differ alike', async () => {
    const means = Array.from({ length: 25 }, (_, batch) => batch % 4);
    const same = await pairedDifference(means, means);
    expect(same).toMatchObject({ natsPerToken: 0, standardError: 0, pValue: 1 });
    const alike = await pairedDifference(
      means.map((mean) => mean + 0.5),
      means,
    );
    expect(alike).toMatchObject({ natsPerToken: 0.5, standardError: 0, pValue: 0 });
  });

  it('turns its sign, and nothing else, when the two change places', async () => {
    const series = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(series, series, async (one, other) => {
        const [there, back] = [await pairedDifference(one, other), await pairedDifference(other, one)];
        expect(back?.natsPerToken).toBeCloseTo(-(there?.natsPerToken ?? NaN), 12);
        expect(back?.standardError).toBeCloseTo(there?.standardError ?? NaN, 12);
        expect(back?.pValue).toBeCloseTo(there?.pValue ?? NaN, 12);
      }),
    );
  });

  it('does not depend on what the text contributes to both', async () => {
    const random = uniform(3);
    const [one, other] = [0, 0].map(() => Array.from({ length: 40 }, random));
    const text = Array.from({ length: 40 }, () => 3 * random());
    const add = (means: readonly number[] = []): number[] => means.map((mean, batch) => mean + (text[batch] ?? 0));
    const plain = await pairedDifference(one ?? [], other ?? []);
    const difficult = await pairedDifference(add(one), add(other));
    expect(difficult?.natsPerToken).toBeCloseTo(plain?.natsPerToken ?? NaN, 12);
    expect(difficult?.standardError).toBeCloseTo(plain?.standardError ?? NaN, 12);
  });
});

describe('autocorrelated scores', () => {
  /** Difference of token scores, an autoregressive series of coefficient 0.9 and mean 0, as means of `size` tokens. */
  function differences(random: () => number, batches: number, size: number): number[] {
    let value = 0;
    return Array.from({ length: batches }, () => {
      let sum = 0;
      for (let token = 0; token < size; token++) {
        value = 0.9 * value + random();
        sum += value;
      }
      return sum / size;
    });
  }

  /** Share of 1,000 texts for which a difference is found where there is none. */
  async function falseFindings(batches: number, size: number): Promise<number> {
    const random = uniform(20);
    let found = 0;
    for (let text = 0; text < 1000; text++) {
      const series = differences(random, batches, size);
      const difference = await pairedDifference(series, new Float64Array(batches));
      if ((difference?.pValue ?? 1) <= 0.05) found += 1;
    }
    return found / 1000;
  }

  it('are found to differ by chance in 5% of texts, when batches of 512 tokens are compared', async () => {
    const share = await falseFindings(20, 512);
    // Three standard errors of a share of 1,000 trials.
    expect(Math.abs(share - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / 1000));
  });

  it('would be in most texts, if tokens were', async () => {
    // The error of single tokens is sqrt((1 + 0.9) / (1 - 0.9)) = 4.36 times too small: 2 Φ(-1.96 / 4.36) = 65%.
    const share = await falseFindings(10_240, 1);
    expect(Math.abs(share - 0.65)).toBeLessThan(3 * Math.sqrt((0.65 * 0.35) / 1000));
  });
});

describe('several policies against the first', () => {
  const random = uniform(11);
  const first = Array.from({ length: 40 }, () => 4 + random());
  const shifted = (by: number, length = 40): number[] => {
    const others = uniform(by * 1000 + 17);
    return first.slice(0, length).map((mean) => mean + by + 0.1 * others());
  };

  it('are judged: lower is better', async () => {
    const verdicts = (await differencesFromFirst([first, shifted(-0.5), shifted(0.5), first])).map(
      (difference) => difference?.verdict,
    );
    expect(verdicts).toEqual(['better', 'worse', 'no evidence']);
  });

  it('have p-values that are corrected for their number, without those that were not tested', async () => {
    const series = [first, shifted(0.01), shifted(0.012, 10), shifted(0.014)];
    const alone = await Promise.all(series.slice(1).map((means) => pairedDifference(means, first)));
    const together = await differencesFromFirst(series);
    const raw = alone.map((difference) => difference?.pValue ?? NaN);
    expect(together[1]).toBeNull();
    const [low, high] = (raw[0] ?? 0) < (raw[2] ?? 0) ? [0, 2] : [2, 0];
    expect(together[low]?.pValue).toBeCloseTo(2 * (raw[low] ?? NaN), 12);
    expect(together[high]?.pValue).toBeCloseTo(Math.max(2 * (raw[low] ?? NaN), raw[high] ?? NaN), 12);
  });

  it('need a first one', async () => {
    expect(await differencesFromFirst([])).toEqual([]);
    expect(await differencesFromFirst([first])).toEqual([]);
  });
});
