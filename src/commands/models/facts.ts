// What a model file offers a run on this machine.

import type { GgufDescription } from '../../backends/gguf/description.js';
import { completePolicy } from '../../engine/defaults.js';
import type { MemoryNeed, ModelFacts } from '../../engine/events/model-events.js';
import { usualKind } from '../../engine/models/model-class.js';
import { capacity, type Policy } from '../../engine/policy.js';

export function factsOf(description: GgufDescription, freeMemoryBytes: number): ModelFacts {
  const { title = null, kind, parameters, trainedContext = null, quantization = null, modelClass } = description;
  const policy = defaultPolicy(description, freeMemoryBytes);
  return {
    title,
    architecture: description.facts.architecture,
    kind,
    parameters,
    contextSize: trainedContext,
    quantization,
    room: modelClass?.kind ?? null,
    cacheBytesPerToken: cacheBytesPerToken(description),
    memory: policy === null ? null : memoryNeed(description, capacity(policy, true)),
  };
}

/** What a run uses where the user says nothing, on a CPU; null for a model that predicts no text, or is unknown. */
export function defaultPolicy(description: GgufDescription, freeMemoryBytes: number): Policy | null {
  const { modelClass, kind, trainedContext, weightBytes } = description;
  if (modelClass === undefined || kind === 'embedding' || kind === 'encoder') return null;
  return completePolicy(
    {},
    {
      trainedContext,
      cacheBytesPerToken: cacheBytesPerToken(description),
      freeMemoryBytes: Math.max(0, freeMemoryBytes - weightBytes),
      gpu: false,
      kind: usualKind(modelClass),
    },
  );
}

export function memoryNeed(description: GgufDescription, tokens: number): MemoryNeed {
  return { capacity: tokens, bytes: description.weightBytes + tokens * cacheBytesPerToken(description) };
}

/** A recurrent state does not grow with the text. */
function cacheBytesPerToken({ modelClass, facts }: GgufDescription): number {
  return modelClass?.kind === 'stateful' ? 0 : facts.cacheBytesPerToken;
}
