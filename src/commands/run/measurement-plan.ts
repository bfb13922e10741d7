// How a task uses the model: what is in view, how large cache and batch are, and what has to be said of that.

import type { Fit } from '../../backends/machine/fit.js';
import type { RunnableModel } from '../../backends/runnable-model.js';
import type { Backend } from '../../engine/backend.js';
import { completePolicy, fittingTokens } from '../../engine/defaults.js';
import type { Warning } from '../../engine/events/events.js';
import { canShift, describeClass, usualKind } from '../../engine/models/model-class.js';
import { capacity, formatPolicy, policyTraits, type Policy, type PolicySpec } from '../../engine/policy.js';
import { UnspoolError } from '../../errors.js';
import type { Measurement } from './measurement.js';

/** What a task needs of the model, and what it does with it. */
export interface MeasurementPlan {
  /** Null where no cache rolls. */
  readonly policy: Policy | null;
  /** Null where it rolls. */
  readonly chunk: number | null;
  /** The most that the cache will ever hold. */
  readonly cells: number;
  /** The most tokens that one decode is given. */
  readonly batch: number;
  readonly warnings: readonly Warning[];
  measure(backend: Backend): Measurement;
}

/**
 * What is in view, from what the user said of it, the model and the machine. Throws an `UnspoolError` for a policy that
 * the types in the cache, or a server, rule out.
 */
export function settlePolicy(asked: Partial<PolicySpec>, model: RunnableModel): Policy {
  const { contextSize, modelClass, room, largeBlocks } = model;
  const policy = completePolicy(asked, {
    trainedContext: contextSize,
    ...room,
    gpu: largeBlocks,
    kind: usualKind(modelClass),
  });
  model.checkPolicy(asked, policy);
  return policy;
}

/** Tokens of a chunk that nobody gave: what the model was trained on and memory holds, `longest` at most. */
export function usualChunk(longest: number, { contextSize = longest, room }: RunnableModel): number {
  return Math.max(shortestChunk, Math.min(longest, contextSize, fittingTokens(room)));
}

const shortestChunk = 16;

/** The plan of a task whose cache rolls under a policy. */
export function rollingPlan(
  asked: Partial<PolicySpec>,
  model: RunnableModel,
  measure: (policy: Policy) => MeasurementPlan['measure'],
): MeasurementPlan {
  const policy = settlePolicy(asked, model);
  const { cells, batch } = cacheFor(policy);
  const warnings = policyWarnings(asked, model, policy);
  return { policy, chunk: null, cells, batch, warnings, measure: measure(policy) };
}

/** Of more tokens in one decode, llama.cpp makes several. */
const largestBatch = 512;

/** The plan of a task that scores disjoint chunks of so many tokens. */
export function chunkPlan(chunk: number, model: RunnableModel, measure: MeasurementPlan['measure']): MeasurementPlan {
  const { name, contextSize = Infinity } = model;
  const warnings: Warning[] = [];
  if (chunk > contextSize) {
    const message = `chunks of ${chunk} tokens are more than the ${contextSize} that ${name} was trained on`;
    warnings.push({ event: 'warning', code: 'beyond-trained-context', message, hint: 'expect a worse perplexity' });
  }
  return { policy: null, chunk, cells: chunk, batch: Math.min(largestBatch, chunk), warnings, measure };
}

export function cacheFor(policy: Policy): { readonly cells: number; readonly batch: number } {
  const cells = capacity(policy, true);
  return { cells, batch: policyTraits[policy.kind].recomputes ? cells : policy.block };
}

/** Throws an `UnspoolError` for a policy that the model or the backend cannot run. */
export function checkPolicy({ kind }: Policy, { capabilities }: Backend, { path, modelClass }: RunnableModel): void {
  if (capabilities.policies.includes(kind)) return;
  // Where keys can be moved, sinks are kept by any way to the model; a window without them is not.
  if (policyTraits[kind].shifts && canShift(modelClass)) {
    const message = "a window without sinks takes llama.cpp's own interface, which this system's binary does not match";
    throw new UnspoolError('policy-unsupported', message, 'use --policy sinks, or recompute for the same view');
  }
  throw new UnspoolError('policy-unsupported', `${path}: ${describeClass(modelClass)}`, 'use --policy recompute');
}

export function policyWarnings(
  asked: Partial<PolicySpec>,
  {
    keepsCache,
    name,
    contextSize = Infinity,
    modelClass,
  }: Pick<RunnableModel, 'keepsCache' | 'name' | 'contextSize' | 'modelClass'>,
  policy: Policy,
): Warning[] {
  const { keepsSinks, recomputes } = policyTraits[policy.kind];
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, hint: string | null = null): void => {
    warnings.push({ event: 'warning', code, message, hint });
  };
  // On a server there is nothing else.
  if (keepsCache && asked.kind === undefined && recomputes) {
    warn('recompute', `${name}: ${describeClass(modelClass)}; the window is evaluated again for each block`);
  }
  if (modelClass.kind === 'shift-full-cache' && keepsSinks) {
    warn('sliding-window-layers', `${name} has sliding-window layers: sinks reach its global layers only`);
  }
  if (capacity(policy, false) > contextSize) {
    const message = `${formatPolicy(policy)} holds more than the ${contextSize} tokens that ${name} was trained on`;
    warn('beyond-trained-context', message, 'expect a worse perplexity');
  }
  return warnings;
}

export function memoryWarnings({ name }: RunnableModel, fits: readonly (Fit | undefined)[]): Warning[] {
  if (!fits.some((fit) => fit?.tight === true)) return [];
  const message = `${name} and its cache take more than the free memory`;
  const hint = 'its weights may be read from the file again and again: a smaller --context or quantisation is faster';
  return [{ event: 'warning', code: 'memory-tight', message, hint }];
}
