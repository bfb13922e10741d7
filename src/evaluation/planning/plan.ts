// What exact attention over a document would take, on one host and on several, beside a cache that rolls: estimates.

import type { PlanRow } from '../../engine/events/events.js';
import type { ModelShape } from '../../engine/models/model-shape.js';
import { capacity, formatPolicy, policyTraits, type Policy } from '../../engine/policy.js';
import { attentionFlops, cacheBytes, parameterFlops, sumOver } from './attention-cost.js';
import type { Device } from './devices.js';
import {
  busiestFlops,
  leastBlock,
  leastSequence,
  ringActivationBytes,
  ringTransferSeconds,
  type RingOrder,
} from './ring-attention.js';

export interface PlanInput {
  readonly shape: ModelShape;
  /** The document's, and the beginning token if the model adds one. */
  readonly tokens: number;
  readonly hosts: number;
  readonly device: Device;
  /** What unspool would run the document with. */
  readonly policy: Policy;
  readonly hasBeginning: boolean;
}

export type Plan = Omit<PlanRow, 'event' | 'document' | 'device'>;

/** What is said of one way; what follows from it is filled in. */
type PlanDraft = Omit<Plan, 'fits' | 'hostSeconds' | 'cheapest' | 'memory'> & {
  readonly memory: Omit<Plan['memory'], 'total'>;
};

/**
 * Times are lower bounds: all hosts work at their peak, and what can overlap does. `cheapest` marks the way that
 * forgets nothing, fits, and takes the least time of hosts.
 */
export function plansFor(input: PlanInput): Plan[] {
  const ways = [oneHost(input), layerSplit(input), ring(input, 'contiguous'), ring(input, 'zigzag'), rolling(input)];
  const plans = ways.map((way) => {
    const { weights, cache, activations } = way.memory;
    const total = weights + cache + activations;
    return {
      ...way,
      memory: { ...way.memory, total },
      fits: total <= input.device.memoryBytes,
      hostSeconds: way.hosts * way.seconds,
    };
  });
  const exact = plans.filter(({ fits, forgotten }) => fits && forgotten === 0);
  const least = Math.min(...exact.map(({ hostSeconds }) => hostSeconds));
  const cheapest = exact.find(({ hostSeconds }) => hostSeconds === least);
  return plans.map((plan) => ({ ...plan, cheapest: plan === cheapest }));
}

function oneHost({ shape, tokens, device }: PlanInput): PlanDraft {
  const flops = parameterFlops(shape, tokens) + attentionFlops(shape, tokens);
  return {
    approach: 'one-host',
    hosts: 1,
    tokens,
    forgotten: 0,
    memory: { weights: shape.weightBytes, cache: cacheBytes(shape, tokens), activations: 0 },
    flops,
    seconds: flops / device.flopsPerSecond,
    ring: null,
    policy: null,
  };
}

/** llama.cpp 0.5.0 has so many batches under way at once (GGML_SCHED_MAX_COPIES). */
const mostBatchesAtOnce = 4;
const bytesOfF32 = 4;

/**
 * Layers split over hosts, as llama.cpp does over RPC: a host has the weights and the cache of its layers, and hands
 * the hidden states of each batch to the next. The host with most has so many layers as there are for each, rounded
 * up, taken to be those in a row that need most.
 */
function layerSplit({ shape, tokens, hosts, device }: PlanInput): PlanDraft {
  const { layers, weightBytes, hiddenSize } = shape;
  const own = Math.ceil(layers.length / hosts);
  const share = own / layers.length;
  const runs = layers.slice(own - 1).map((_, from) => ({ layers: layers.slice(from, from + own) }));
  const most = (of: (run: Pick<ModelShape, 'layers'>) => number): number => Math.max(...runs.map(of));
  const flops = parameterFlops(shape, tokens) + attentionFlops(shape, tokens);
  const ownFlops = share * parameterFlops(shape, tokens) + most((run) => attentionFlops(run, tokens));
  const transferred = share < 1 ? tokens * hiddenSize * bytesOfF32 : 0;
  return {
    approach: 'layer-split',
    hosts: Math.min(hosts, layers.length),
    tokens,
    forgotten: 0,
    memory: { weights: share * weightBytes, cache: most((run) => cacheBytes(run, tokens)), activations: 0 },
    flops,
    seconds: Math.max(
      ownFlops / device.flopsPerSecond,
      flops / mostBatchesAtOnce / device.flopsPerSecond,
      transferred / device.bytesPerSecond,
    ),
    ring: null,
    policy: null,
  };
}

/** Every host has all weights, and the cache of its own tokens. */
function ring({ shape, tokens, hosts, device }: PlanInput, order: RingOrder): PlanDraft {
  const block = Math.ceil(tokens / hosts);
  const attention = attentionFlops(shape, tokens);
  const busiest = busiestFlops(shape, tokens, block, order);
  const parameterSeconds = parameterFlops(shape, block) / device.flopsPerSecond;
  const attentionSeconds = busiest / device.flopsPerSecond;
  return {
    approach: order === 'contiguous' ? 'ring' : 'zigzag-ring',
    hosts,
    tokens,
    forgotten: 0,
    memory: {
      weights: shape.weightBytes,
      cache: cacheBytes(shape, block),
      activations: ringActivationBytes(block, shape.hiddenSize),
    },
    flops: parameterFlops(shape, tokens) + attention,
    seconds: parameterSeconds + Math.max(attentionSeconds, ringTransferSeconds(shape, block, hosts, device)),
    ring: {
      blockTokens: block,
      leastBlockTokens: Math.ceil(leastBlock(device)),
      leastSequenceTokens: Math.ceil(leastSequence(device)),
      rounds: hosts,
      imbalance: attention === 0 ? 1 : busiest / (attention / hosts),
      communicationHidden: block >= leastBlock(device),
    },
    policy: null,
  };
}

/** What unspool does: constant memory, and the older tokens forgotten. */
function rolling({ shape, tokens, device, policy, hasBeginning }: PlanInput): PlanDraft {
  const cells = Math.min(tokens, capacity(policy, hasBeginning));
  const flops = rollingFlops(shape, tokens, cells, policy);
  const perToken = sumOver(shape.layers, ({ cacheBytesPerToken }) => cacheBytesPerToken);
  return {
    approach: 'rolling',
    hosts: 1,
    tokens,
    forgotten: tokens - cells,
    // Any eviction needs the cache of sliding-window layers whole.
    memory: { weights: shape.weightBytes, cache: cells * perToken, activations: 0 },
    flops,
    seconds: flops / device.flopsPerSecond,
    ring: null,
    policy: formatPolicy(policy),
  };
}

/** Each token once, on `cells` keys at most; `recompute` evaluates the window again for each block. */
function rollingFlops(shape: ModelShape, tokens: number, cells: number, policy: Policy): number {
  if (policyTraits[policy.kind].recomputes) {
    const times = 1 + Math.ceil((tokens - cells) / policy.block);
    return times * (parameterFlops(shape, cells) + attentionFlops(shape, cells));
  }
  const layers = shape.layers.map((layer) => ({
    ...layer,
    slidingWindow: Math.min(cells, layer.slidingWindow ?? cells),
  }));
  return parameterFlops(shape, tokens) + attentionFlops({ layers }, tokens);
}
