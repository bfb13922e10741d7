import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepCounts, Timeline } from '../../../src/memory/logs/timeline.js';

const place = fc.oneof(
  fc.integer({ min: 0, max: 500 }),
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.integer({ min: 1.1e12, max: 1.8e12 }),
);

describe('Timeline', () => {
  it('counts as a histogram over all places does, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.boolean()), { minLength: 1, maxLength: 200 }), (places) => {
        const timeline = new Timeline(1);
        const [all, some] = [new StepCounts(timeline), new StepCounts(timeline)];
        for (const [at, isSome] of places) {
          const step = timeline.stepOf(at);
          all.add(step);
          if (isSome) some.add(step);
        }
        const { from, to, width, length } = timeline;
        expect(length).toBeLessThanOrEqual(64);
        const histogram = (wanted: readonly number[]): number[] =>
          Array.from({ length }, (_, step) => wanted.filter((at) => Math.floor(at / width) === from + step).length);
        const every = places.map(([at]) => at);
        expect(all.values()).toEqual(histogram(every));
        expect(some.values()).toEqual(histogram(places.filter(([, isSome]) => isSome).map(([at]) => at)));
        expect([from, to]).toEqual([Math.min(...every), Math.max(...every)].map((at) => Math.floor(at / width)));
      }),
    );
  });

  it('has no wider steps than it needs, up to a factor of two', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength: 50 }), (places) => {
        const timeline = new Timeline(1);
        for (const at of places) timeline.stepOf(at);
        const span = Math.max(...places) - Math.min(...places);
        expect(timeline.width).toBeLessThanOrEqual(Math.max(1, span / 16));
      }),
    );
  });

  it('tells how many are in the step of the last', () => {
    const timeline = new Timeline(1);
    const counts = new StepCounts(timeline);
    expect([5, 5, 6, 200].map((at) => counts.add(timeline.stepOf(at)))).toEqual([1, 2, 1, 1]);
  });
});
