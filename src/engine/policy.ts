// The rule for the cache, as data: which tokens stay in view when a text is longer than the cache.
//
// Attention sinks and the rolling window: Xiao et al. 2023, "Efficient Streaming Language Models with Attention
// Sinks" (StreamingLLM). Positions count inside the cache, as there.

import type { Count } from './events/numbers.js';

/** What makes room in a full cache. */
export type PolicyKind =
  /** Keep the first `sinks` cells and the most recent `window` tokens; the kept ones move down. */
  | 'sinks'
  /** Keep the most recent `window` tokens only, without sinks and without recomputing. */
  | 'window'
  /** Clear the cache and evaluate the last `window` tokens again, so that no key comes from a forgotten context. */
  | 'recompute'
  /** Keep everything; stop when `window` cells are full. */
  | 'dense';

/** What tells the kinds apart. */
export interface PolicyTraits {
  /** Pins `sinks` cells in front of the window. */
  readonly keepsSinks: boolean;
  /** Lets the oldest tokens go; else a full cache ends the run. */
  readonly forgets: boolean;
  /** Keys move down in the cache, which not every model survives. */
  readonly shifts: boolean;
  /** Makes room by evaluating the window again, all of it in one batch. */
  readonly recomputes: boolean;
}

export const policyTraits: Readonly<Record<PolicyKind, PolicyTraits>> = {
  sinks: { keepsSinks: true, forgets: true, shifts: true, recomputes: false },
  window: { keepsSinks: false, forgets: true, shifts: true, recomputes: false },
  recompute: { keepsSinks: false, forgets: true, shifts: false, recomputes: true },
  dense: { keepsSinks: false, forgets: false, shifts: false, recomputes: false },
};

export const policyKinds = Object.keys(policyTraits) as readonly PolicyKind[];

/** All counts in tokens. `block`: how many tokens are decoded in one batch, at most `window`. */
export type Policy = { readonly window: Count; readonly block: Count } & (
  { readonly kind: 'sinks'; readonly sinks: Count } | { readonly kind: Exclude<PolicyKind, 'sinks'>; readonly sinks: 0 }
);

/** A half-open range of cells. */
export interface CellRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What to do before a block. `accept`: how many of the incoming tokens fit then; the rest waits for the next plan.
 * `rebuild`: clear, evaluate the pinned cells and the last `keep` tokens, then the block.
 */
export type EvictionPlan =
  | { readonly kind: 'erase'; readonly ranges: readonly CellRange[]; readonly accept: number }
  | { readonly kind: 'rebuild'; readonly keep: number; readonly accept: number }
  | { readonly kind: 'stop' };

/** Cells in front that are no sinks and are never evicted: the beginning token of `recompute`. */
export function pinnedCells({ kind }: Pick<Policy, 'kind'>, hasBeginning: boolean): 0 | 1 {
  return policyTraits[kind].recomputes && hasBeginning ? 1 : 0;
}

/** Cells that the cache may fill, never exceeded. */
export function capacity(policy: Policy, hasBeginning: boolean): number {
  return pinnedCells(policy, hasBeginning) + policy.sinks + policy.window;
}

/**
 * Plans the eviction before a block of `incoming` tokens joins `cached` cells. Pure.
 *
 * Guarantees: pinned cells and sinks survive; after the plan, cached cells + `accept` <= capacity; `accept` >= 1
 * unless the plan is to stop; no more is evicted than the block needs.
 */
export function planEviction(policy: Policy, cached: number, incoming: number, hasBeginning: boolean): EvictionPlan {
  const pinned = pinnedCells(policy, hasBeginning);
  const free = capacity(policy, hasBeginning) - cached;
  switch (policy.kind) {
    case 'dense':
      return free > 0 ? { kind: 'erase', ranges: [], accept: Math.min(incoming, free) } : { kind: 'stop' };
    case 'recompute': {
      // In an empty cache there is nothing to rebuild from.
      if (incoming <= free || cached <= pinned) return { kind: 'erase', ranges: [], accept: Math.min(incoming, free) };
      const accept = Math.min(incoming, policy.window);
      return { kind: 'rebuild', keep: Math.min(policy.window - accept, cached - pinned), accept };
    }
    case 'sinks':
    case 'window': {
      const accept = Math.min(incoming, Math.max(policy.window, free));
      const surplus = accept - free;
      const ranges = surplus > 0 ? [{ from: policy.sinks, to: policy.sinks + surplus }] : [];
      return { kind: 'erase', ranges, accept };
    }
  }
}

/** A policy as the user wrote it: what the text leaves out is undefined. */
export interface PolicySpec {
  readonly kind: PolicyKind;
  readonly sinks?: number;
  readonly window?: number;
  readonly block?: number;
  /** Of sinks and window together; without meaning beside a window. */
  readonly capacity?: number;
}

/** The grammar, as shown to users. */
export const policyGrammar = 'sinks[:S+W], window[:W], recompute[:W] or dense[:W], each with an optional /BLOCK';

/** Reads `sinks:4+508/64`, `window:512`, `recompute`, `dense/32`, ...; undefined where the text is none of these. */
export function parsePolicySpec(text: string): PolicySpec | undefined {
  const match = /^(?:(sinks)(?::(\d{1,9})\+(\d{1,9}))?|(window|recompute|dense)(?::(\d{1,9}))?)(?:\/(\d{1,9}))?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, sinksKind, sinks, sinksWindow, otherKind, otherWindow, block] = match;
  const window = sinksWindow ?? otherWindow;
  return {
    kind: (sinksKind ?? otherKind) as PolicyKind,
    ...(sinks !== undefined && { sinks: Number(sinks) }),
    ...(window !== undefined && { window: Number(window) }),
    ...(block !== undefined && { block: Number(block) }),
  };
}

/** The canonical spelling, complete: `sinks:4+508/64`. `parsePolicySpec` reads it back. */
export function formatPolicy(policy: Policy): string {
  const size = policyTraits[policy.kind].keepsSinks ? `${policy.sinks}+${policy.window}` : `${policy.window}`;
  return `${policy.kind}:${size}/${policy.block}`;
}
