// The policy that a run gets when the user leaves something open.

import type { Policy, PolicyKind, PolicySpec } from './policy.js';

/** What the defaults depend on. Counts in tokens, memory in bytes. */
export interface Surroundings {
  readonly trainedContext: number;
  readonly cacheBytesPerToken: number;
  readonly freeMemoryBytes: number;
  readonly gpu: boolean;
  /** The way of making room that suits the model, used when the user names none. */
  readonly kind: PolicyKind;
}

const largestCapacity = 4096;
/** Four are enough to stabilise the models measured by Xiao et al. 2023, table 2. */
const defaultSinks = 4;
/** A larger share of the capacity in one block would shrink what its first tokens see. */
const largestBlockShare = 1 / 8;
/** llama.cpp decodes blocks of a multiple of 64 twice as fast as others of about that size, on a CPU (llama-bench). */
const fastBlockStep = 64;

/** Fills in what `spec` leaves out. */
export function completePolicy(spec: Partial<PolicySpec>, surroundings: Surroundings): Policy {
  const kind = spec.kind ?? surroundings.kind;
  const sinks = kind === 'sinks' ? (spec.sinks ?? defaultSinks) : 0;
  const window = spec.window ?? Math.max(1, defaultCapacity(kind, surroundings) - sinks);
  return { kind, sinks, window, block: spec.block ?? defaultBlock(sinks + window, surroundings.gpu) };
}

function defaultCapacity(
  kind: PolicyKind,
  { trainedContext, cacheBytesPerToken, freeMemoryBytes }: Surroundings,
): number {
  const fitting = Math.floor(freeMemoryBytes / 2 / Math.max(1, cacheBytesPerToken));
  // A dense run is there to see everything that the model was trained to see.
  return Math.max(16, Math.min(trainedContext, fitting, kind === 'dense' ? Infinity : largestCapacity));
}

function defaultBlock(capacity: number, gpu: boolean): number {
  const block = Math.max(1, Math.min(gpu ? 512 : 128, Math.floor(capacity * largestBlockShare)));
  return block < fastBlockStep ? block : block - (block % fastBlockStep);
}
