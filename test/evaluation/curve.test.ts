import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curve } from '../../src/evaluation/curve.js';

/** Blocks one after the other, from this token on. */
function curveOf(blocks: readonly (readonly [tokens: number, nats: number])[], from = 0): Curve {
  const curve = new Curve();
  let at = from;
  for (const [tokens, nats] of blocks) curve.add([at, (at += tokens)], nats);
  return curve;
}

describe('the curve of surprise by position', () => {
  it('holds each block, while there are few', () => {
    expect(
      curveOf(
        [
          [127, 254],
          [128, 384],
          [0, 0],
          [40, 200],
        ],
        1,
      ).points,
    ).toEqual([
      { tokens: [1, 128], natsPerToken: 2 },
      { tokens: [128, 256], natsPerToken: 3 },
      { tokens: [256, 296], natsPerToken: 5 },
    ]);
    expect(new Curve().points).toEqual([]);
  });

  it('joins neighbours when there are more than 128, and then takes in twice as many blocks a point', () => {
    const blocks = Array.from({ length: 131 }, (_, block) => [10, 10 * block] as const);
    const { points } = curveOf(blocks);
    expect(points).toHaveLength(66);
    expect(points[0]).toEqual({ tokens: [0, 20], natsPerToken: 0.5 });
    expect(points[64]).toEqual({ tokens: [1280, 1300], natsPerToken: 128.5 });
    expect(points[65]).toEqual({ tokens: [1300, 1310], natsPerToken: 130 });
  });

  it('weighs every token of a point alike', () => {
    const short = Array.from({ length: 129 }, (_, block) => (block === 1 ? ([30, 90] as const) : ([10, 10] as const)));
    expect(curveOf(short).points[0]).toEqual({ tokens: [0, 40], natsPerToken: 100 / 40 });
  });

  it('covers all tokens in order with all their nats, in 128 points or fewer, never fewer than 64 of many', () => {
    // A backend's scores are 32-bit floats.
    const block = fc.tuple(fc.integer({ min: 1, max: 600 }), fc.float({ min: 0, max: 5000, noNaN: true }));
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 900, size: 'max' }), fc.nat(1), (blocks, from) => {
        const { points } = curveOf(blocks, from);
        expect(points.length).toBeLessThanOrEqual(128);
        expect(points.length).toBeGreaterThanOrEqual(Math.min(64, blocks.length));
        let at = from;
        let nats = 0;
        for (const { tokens, natsPerToken } of points) {
          expect(tokens[0]).toBe(at);
          at = tokens[1];
          nats += natsPerToken * (tokens[1] - tokens[0]);
        }
        expect(at - from).toBe(blocks.reduce((sum, [tokens]) => sum + tokens, 0));
        const exact = blocks.reduce((sum, [, value]) => sum + value, 0);
        expect(Math.abs(nats - exact)).toBeLessThanOrEqual(1e-9 * exact);
      }),
    );
  });
});
