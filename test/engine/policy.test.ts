import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  capacity,
  formatPolicy,
  parsePolicySpec,
  pinnedCells,
  planEviction,
  type Policy,
} from '../../src/engine/policy.js';

const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    kind: fc.constantFrom('sinks', 'window', 'recompute', 'dense'),
    sinks: fc.integer({ min: 1, max: 8 }),
    window: fc.integer({ min: 1, max: 64 }),
    block: fc.integer({ min: 1, max: 128 }),
  })
  .map(({ kind, sinks, ...rest }) => (kind === 'sinks' ? { kind, sinks, ...rest } : { kind, sinks: 0, ...rest }));
const hasBeginnings = fc.boolean();

describe('planEviction', () => {
  it('never exceeds the capacity and takes as much as it can', () => {
    fc.assert(
      fc.property(
        anyPolicy,
        hasBeginnings,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (policy, hasBeginning, fill, incoming) => {
          const cached = Math.round(capacity(policy, hasBeginning) * fill);
          const plan = planEviction(policy, cached, incoming, hasBeginning);
          if (plan.kind === 'stop') {
            expect(policy.kind).toBe('dense');
            expect(cached).toBe(capacity(policy, hasBeginning));
            return;
          }
          const left =
            plan.kind === 'rebuild'
              ? pinnedCells(policy, hasBeginning) + plan.keep
              : cached - plan.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
          expect(plan.accept).toBeGreaterThanOrEqual(1);
          expect(plan.accept).toBeLessThanOrEqual(incoming);
          expect(left + plan.accept).toBeLessThanOrEqual(capacity(policy, hasBeginning));
        },
      ),
    );
  });

  it('keeps the sinks and evicts no more than the block needs', () => {
    fc.assert(
      fc.property(
        anyPolicy,
        fc.integer({ min: 0, max: 72 }),
        fc.integer({ min: 1, max: 300 }),
        (policy, at, incoming) => {
          fc.pre(policy.kind === 'sinks' || policy.kind === 'window');
          const cached = Math.min(at, capacity(policy, false));
          const plan = planEviction(policy, cached, incoming, false);
          if (plan.kind !== 'erase') throw new Error('expected an erase plan');
          for (const { from, to } of plan.ranges) {
            expect(from).toBe(policy.sinks);
            expect(to).toBeLessThanOrEqual(cached);
            expect(cached - (to - from) + plan.accept).toBe(capacity(policy, false));
          }
        },
      ),
    );
  });

  it('splits incoming tokens that are more than the window', () => {
    const policy: Policy = { kind: 'sinks', sinks: 4, window: 8, block: 20 };
    expect(planEviction(policy, 12, 20, false)).toEqual({ kind: 'erase', ranges: [{ from: 4, to: 12 }], accept: 8 });
    expect(planEviction(policy, 0, 20, false)).toEqual({ kind: 'erase', ranges: [], accept: 12 });
  });

  it('rebuilds from the last tokens, the block included', () => {
    const policy: Policy = { kind: 'recompute', sinks: 0, window: 8, block: 3 };
    expect(planEviction(policy, 6, 3, true)).toEqual({ kind: 'erase', ranges: [], accept: 3 });
    expect(planEviction(policy, 9, 3, true)).toEqual({ kind: 'rebuild', keep: 5, accept: 3 });
  });

  it('does not rebuild from an empty cache', () => {
    const policy: Policy = { kind: 'recompute', sinks: 0, window: 4, block: 4 };
    expect(planEviction(policy, 0, 100, true)).toEqual({ kind: 'erase', ranges: [], accept: 5 });
  });

  it('stops a dense run when its cache is full', () => {
    const policy: Policy = { kind: 'dense', sinks: 0, window: 8, block: 3 };
    expect(planEviction(policy, 7, 3, false)).toEqual({ kind: 'erase', ranges: [], accept: 1 });
    expect(planEviction(policy, 8, 3, false)).toEqual({ kind: 'stop' });
  });
});

describe('the policy grammar', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        const { sinks, ...rest } = policy;
        expect(parsePolicySpec(formatPolicy(policy))).toEqual(policy.kind === 'sinks' ? { ...rest, sinks } : rest);
      }),
    );
  });

  it('leaves out what the text leaves out', () => {
    expect(parsePolicySpec('sinks')).toEqual({ kind: 'sinks' });
    expect(parsePolicySpec('sinks:4+508')).toEqual({ kind: 'sinks', sinks: 4, window: 508 });
    expect(parsePolicySpec('dense/32')).toEqual({ kind: 'dense', block: 32 });
    expect(parsePolicySpec('window:512/64')).toEqual({ kind: 'window', window: 512, block: 64 });
  });

  it.each(['', 'sink', 'sinks:4', 'sinks:4+', 'window:4+5', 'dense:-1', 'sinks:4+508/', 'sinks:4+508/64 '])(
    'refuses %j',
    (text) => {
      expect(parsePolicySpec(text)).toBeUndefined();
    },
  );
});
