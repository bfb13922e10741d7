import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerShape, ModelShape } from '../../../src/engine/models/model-shape.js';
import { attentionFlops, parameterFlops } from '../../../src/evaluation/planning/attention-cost.js';
import { devices } from '../../../src/evaluation/planning/devices.js';
import { plansFor, type Plan, type PlanInput } from '../../../src/evaluation/planning/plan.js';

/** Llama 3 8B in F16. */
const llama: ModelShape = {
  hiddenSize: 4096,
  activeParameters: 8e9,
  weightBytes: 16e9,
  layers: Array.from({ length: 32 }, () => ({ cacheBytesPerToken: 4096, flopsPerPair: 16_384, slidingWindow: null })),
};
const usual: PlanInput = {
  shape: llama,
  tokens: 1e6,
  hosts: 8,
  device: devices['a100-nvlink'],
  policy: { kind: 'sinks', sinks: 4, window: 4092, block: 512 },
  hasBeginning: true,
};

function planOf(approach: Plan['approach'], input: Partial<PlanInput> = {}): Plan {
  const plan = plansFor({ ...usual, ...input }).find((each) => each.approach === approach);
  if (plan === undefined) throw new Error(`no plan for ${approach}`);
  return plan;
}

const layers: fc.Arbitrary<LayerShape> = fc.record({
  cacheBytesPerToken: fc.nat(10_000),
  flopsPerPair: fc.nat(100_000),
  slidingWindow: fc.option(fc.integer({ min: 1, max: 5000 })),
});
const inputs: fc.Arbitrary<PlanInput> = fc.record({
  shape: fc.record({
    hiddenSize: fc.integer({ min: 1, max: 10_000 }),
    activeParameters: fc.nat(1e9),
    weightBytes: fc.nat(1e9),
    layers: fc.array(layers, { minLength: 1, maxLength: 40 }),
  }),
  tokens: fc.nat(1e6),
  hosts: fc.integer({ min: 2, max: 200 }),
  device: fc.constantFrom(...Object.values(devices)),
  policy: fc.constantFrom(usual.policy, { kind: 'recompute', sinks: 0, window: 500, block: 64 } as const),
  hasBeginning: fc.boolean(),
});

describe('one million tokens of an 8B model on eight A100', () => {
  it('take 131 GB of cache on one host, which do not fit', () => {
    const { memory, fits, flops, seconds } = planOf('one-host');
    expect(memory).toEqual({ weights: 16e9, cache: 131_072e6, activations: 0, total: 147.072e9 });
    expect(fits).toBe(false);
    // 2 · 8e9 · 1e6, and 2 · 2 · 32 · 32 · 128 · 1e12 / 2.
    expect(flops / (1.6e16 + 2.62144e17)).toBeCloseTo(1, 5);
    expect(seconds).toBeCloseTo(flops / 312e12, 9);
  });

  it('take an eighth of layers and cache where layers are split, and four hosts work at once', () => {
    const { memory, fits, seconds, hosts } = planOf('layer-split');
    expect(memory).toEqual({ weights: 2e9, cache: 131_072e6 / 8, activations: 0, total: 2e9 + 16_384e6 });
    expect([fits, hosts]).toEqual([true, 8]);
    expect(seconds).toBeCloseTo(planOf('one-host').seconds / 4, 9);
  });

  it('take an eighth of the cache in a ring, and all weights', () => {
    const { memory, fits, ring } = planOf('ring');
    expect(memory).toMatchObject({ weights: 16e9, cache: 131_072e6 / 8, activations: 6 * 125_000 * 4096 });
    expect(fits).toBe(true);
    expect(ring).toMatchObject({ blockTokens: 125_000, rounds: 8, communicationHidden: true });
    expect(ring).toMatchObject({ leastBlockTokens: 1040, leastSequenceTokens: 6240 });
    expect(ring?.imbalance).toBeCloseTo(2 - 1 / 8, 5);
  });

  it('are cheapest in a ring in zigzag order, which takes an eighth of the time of one host', () => {
    const plan = planOf('zigzag-ring');
    expect(plan.cheapest).toBe(true);
    expect(plan.ring?.imbalance).toBeCloseTo(1, 12);
    expect(plan.seconds / (planOf('one-host').seconds / 8)).toBeCloseTo(1, 9);
  });

  it('are beyond what transfers can keep up with over InfiniBand with 64 hosts', () => {
    const device = devices['a100-infiniband'];
    const { ring } = planOf('ring', { device, hosts: 64 });
    expect(ring).toMatchObject({ blockTokens: 15_625, leastBlockTokens: 24_960, communicationHidden: false });
    const slow = { ...device, bytesPerSecond: 1e9 };
    // 32 layers of 4096 bytes for each of 15,625 tokens, 63 times, beside the work on parameters.
    const transfers = (32 * 4096 * 15_625 * 63) / 1e9;
    const parameters = (2 * 8e9 * 15_625) / 312e12;
    expect(planOf('zigzag-ring', { device: slow, hosts: 64 }).seconds).toBeCloseTo(transfers + parameters, 9);
  });

  it('take constant memory in unspool, which forgets the rest', () => {
    const { memory, forgotten, flops, policy, cheapest } = planOf('rolling');
    expect(memory.cache).toBe(4096 * 32 * 4096);
    expect(forgotten).toBe(1e6 - 4096);
    expect(policy).toBe('sinks:4+4092/512');
    expect(cheapest).toBe(false);
    expect(flops / (1.6e16 + 32 * 16_384 * 4096 * 1e6)).toBeCloseTo(1, 2);
  });
});

describe('plans', () => {
  it('never need more memory on a host with more hosts', () => {
    fc.assert(
      fc.property(inputs, fc.nat(100), (input, more) => {
        const fewer = plansFor(input);
        const many = plansFor({ ...input, hosts: input.hosts + more });
        for (const [index, { memory }] of many.entries()) {
          expect(memory.total).toBeLessThanOrEqual((fewer[index]?.memory.total ?? 0) * (1 + 1e-12));
        }
      }),
    );
  });

  it('take no less time in contiguous than in zigzag order, and no less time of hosts than the work at their peak', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const plans = plansFor(input);
        const [, , contiguous, zigzag] = plans;
        expect(zigzag?.seconds).toBeLessThanOrEqual((contiguous?.seconds ?? 0) * (1 + 1e-9));
        for (const { hostSeconds, flops } of plans) {
          expect(hostSeconds).toBeGreaterThanOrEqual((flops / input.device.flopsPerSecond) * (1 - 1e-9));
        }
        for (const each of [contiguous, zigzag]) expect(each?.ring?.imbalance).toBeGreaterThanOrEqual(1 - 1e-9);
      }),
    );
  });

  it('name at most one cheapest, which fits, is exact and takes the least time of hosts of all such', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 1e10 }), (input, memoryBytes) => {
        const plans = plansFor({ ...input, device: { ...input.device, memoryBytes } });
        const exact = plans.filter(({ fits, forgotten }) => fits && forgotten === 0);
        const cheapest = plans.filter((plan) => plan.cheapest);
        expect(cheapest).toHaveLength(Math.min(1, exact.length));
        for (const { fits, memory } of plans) expect(fits).toBe(memory.total <= memoryBytes);
        for (const { hostSeconds } of exact) expect(cheapest[0]?.hostSeconds).toBeLessThanOrEqual(hostSeconds);
      }),
    );
  });

  it('of a document that fits into the window are the same on one host and in unspool, and forget nothing', () => {
    for (const kind of ['sinks', 'recompute'] as const) {
      const policy = { kind, sinks: 0, window: 4096, block: 512 } as PlanInput['policy'];
      const [one, rolling] = [
        planOf('one-host', { tokens: 4000, policy }),
        planOf('rolling', { tokens: 4000, policy }),
      ];
      expect(rolling).toMatchObject({ forgotten: 0, flops: one.flops, memory: one.memory, cheapest: false });
      expect(one.cheapest).toBe(true);
    }
  });

  it('evaluate the window again for each block under recompute', () => {
    const policy = { kind: 'recompute', sinks: 0, window: 1000, block: 100 } as const;
    const { flops, forgotten } = planOf('rolling', { tokens: 2000, policy, hasBeginning: false });
    expect(forgotten).toBe(1000);
    expect(flops).toBe(11 * (parameterFlops(llama, 1000) + attentionFlops(llama, 1000)));
  });

  it('keep the cache of sliding-window layers whole in unspool, but no longer than the window elsewhere', () => {
    const shape = { ...llama, layers: llama.layers.map((layer) => ({ ...layer, slidingWindow: 1000 })) };
    expect(planOf('rolling', { shape }).memory.cache).toBe(4096 * 32 * 4096);
    expect(planOf('one-host', { shape }).memory.cache).toBe(1000 * 32 * 4096);
  });

  it('of no text are its weights', () => {
    for (const plan of plansFor({ ...usual, tokens: 0 })) {
      expect(plan).toMatchObject({ flops: 0, seconds: 0, forgotten: 0, memory: { cache: 0, activations: 0 } });
    }
  });

  it('use no more hosts than there are layers to split', () => {
    expect(planOf('layer-split', { hosts: 100 })).toMatchObject({ hosts: 32, memory: { weights: 16e9 / 32 } });
  });
});
