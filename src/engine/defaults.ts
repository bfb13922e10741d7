// The policy that a run gets when the user leaves something open.

import { pinnedCells, policyTraits, type Policy, type PolicyKind, type PolicySpec } from './policy.js';

/** What the defaults depend on. Counts in tokens, memory in bytes. */
export interface PolicyCircumstances {
  /** Undefined where the model does not say. */
  readonly trainedContext: number | undefined;
  readonly cacheBytesPerToken: number;
  /** Of memory, what is left for the cache beside the weights. */
  readonly freeMemoryBytes: number;
  readonly gpu: boolean;
  /** The way of making room that suits the model, used when the user names none. */
  readonly kind: PolicyKind;
}

/** Sinks and window, or a prompt and its answer, where neither the model nor the memory sets less. */
export const largestCapacity = 4096;
/** Tokens decoded at once, where the capacity allows it. */
export const largestBlock = { cpu: 128, gpu: 512 } as const;
/** Four are enough to stabilise the models measured by Xiao et al. 2023, table 2. */
export const defaultSinks = 4;
/** A larger share of the capacity in one block would shrink what its first tokens see. */
const largestBlockShare = 1 / 8;
/** llama.cpp decodes blocks of a multiple of 64 twice as fast as others of about that size, on a CPU (llama-bench). */
const fastBlockStep = 64;

/** Used where a model does not say what it was trained on. */
const usualContext = 4096;

/** Fills in what `spec` leaves out. A block is at most the window: more never fits. */
export function completePolicy(spec: Partial<PolicySpec>, surroundings: PolicyCircumstances): Policy {
  const kind = spec.kind ?? surroundings.kind;
  const room = spec.capacity ?? defaultCapacity(kind, surroundings);
  const front = kind === 'sinks' ? { kind, sinks: spec.sinks ?? defaultSinks } : ({ kind, sinks: 0 } as const);
  const window = spec.window ?? Math.max(1, room - front.sinks - pinnedCells(front, true));
  return { ...front, window, block: blockOf(spec, front.sinks + window, window, surroundings) };
}

function defaultCapacity(kind: PolicyKind, surroundings: PolicyCircumstances): number {
  const { trainedContext = usualContext } = surroundings;
  // A dense run is there to see everything that the model was trained to see.
  const most = policyTraits[kind].forgets ? largestCapacity : Infinity;
  return Math.max(16, Math.min(trainedContext, fittingTokens(surroundings), most));
}

/** Tokens whose cache takes half of the free memory: the rest is for computing, and for others. */
export function fittingTokens({
  cacheBytesPerToken,
  freeMemoryBytes,
}: Pick<PolicyCircumstances, 'cacheBytesPerToken' | 'freeMemoryBytes'>): number {
  return Math.floor(freeMemoryBytes / 2 / Math.max(1, cacheBytesPerToken));
}

function blockOf(spec: Partial<PolicySpec>, cells: number, window: number, { gpu }: PolicyCircumstances): number {
  const most = Math.min(gpu ? largestBlock.gpu : largestBlock.cpu, Math.floor(cells * largestBlockShare));
  const usual = most < fastBlockStep ? Math.max(1, most) : most - (most % fastBlockStep);
  return Math.min(window, spec.block ?? usual);
}
