import { describe, expect, it } from 'vitest';
import { Workload } from '../../src/engine/progress/workload.js';
import { SpanScores, type Span } from '../../src/memory/cutting/span-scores.js';
import { RollingQuantile } from '../../src/memory/rolling-quantile.js';
import { SurpriseSpread } from '../../src/memory/surprise-spread.js';

describe('SurpriseSpread', () => {
  it('tells how many standard deviations a surprise is from the mean', () => {
    const spread = new SurpriseSpread();
    expect(spread.deviation(7)).toBe(0);
    for (const nats of [4, 6]) spread.add(nats);
    // Mean 5, standard deviation 1.
    expect(spread.deviation(7)).toBeCloseTo(2, 12);
    expect(new SurpriseSpread(spread.state()).deviation(4)).toBeCloseTo(-1, 12);
  });
});

describe('RollingQuantile', () => {
  it('finds the value that only so many have reached, to a step', () => {
    const quantile = new RollingQuantile();
    for (let value = 0; value < 100; value += 1) quantile.add(value / 10);
    expect(quantile.at(10)).toBeCloseTo(8.95, 6);
    expect(quantile.at(1000)).toBe(-50);
  });
});

describe('SpanScores', () => {
  const span = (line: number): Span => ({ text: '', lines: [line, line] });
  const ends = (...places: number[]) =>
    places.map((textBytes) => ({ textBytes, bytes: 0, lines: 0, invalidBytes: 0, controlCharacters: 0 }));

  it('gives a token to the span that holds its last byte, whatever the blocks', () => {
    for (const block of [1, 2, 5]) {
      const scores = new SpanScores();
      scores.add(span(1), 4);
      scores.add(span(2), 6);
      scores.add(span(3), 10);
      const places = [2, 4, 5, 8, 10];
      const found = [];
      for (let at = 0; at < places.length; at += block) {
        const slice = places.slice(at, at + block);
        found.push(
          ...scores.observe(
            Float32Array.from(slice, (_, index) => at + index + 1),
            ends(...slice),
          ),
        );
      }
      expect(found.map(({ span: { lines }, nats, tokens }) => [lines[0], nats, tokens])).toEqual([
        [1, 3, 2],
        [2, 3, 1],
        [3, 9, 2],
      ]);
    }
  });

  it('gives back a span that was cut short', () => {
    const scores = new SpanScores();
    scores.add(span(1), 9);
    scores.add(span(2), 12);
    expect(scores.observe(Float32Array.of(2), ends(3))).toEqual([]);
    expect(scores.finish()).toMatchObject([{ nats: 2, tokens: 1 }]);
  });
});

describe('Workload', () => {
  it('tells the time of reading from that of decoding, and the share that is behind', () => {
    let now = 0;
    const workload = new Workload(() => now);
    let [bytes, tokens] = [0, 0];
    for (let step = 1; step <= 20; step += 1) {
      const [more, decoded] = [step % 3 === 0 ? 1e6 : 1e5, 64];
      bytes += more;
      tokens += decoded;
      now += more * 1e-8 + decoded * 1e-3;
      workload.advance(bytes, tokens);
    }
    const left = bytes * 9 * 1e-8 + tokens * 1e-3;
    expect(workload.share(0.1, 2)).toBeCloseTo(now / (now + left), 9);
  });

  it('says nothing before it can know', () => {
    let now = 0;
    const workload = new Workload(() => now);
    now = 1;
    workload.advance(1000, 64);
    expect(workload.share(0.5, 2)).toBe(null);
  });
});
