// What a run settled on, and where that came from: for --verbose.

import type { Settings } from '../commands/model-run.js';
import { describeClass } from '../engine/model-class.js';
import { formatPolicy } from '../engine/policy.js';
import type { OriginOf } from './options.js';

/** Lines for standard error. `isPolicyAsked`: whether the user said anything of the policy. */
export function describeSettings(
  { policy, trainedContext, modelClass, threads, gpu, way }: Settings,
  { modelPath, isPolicyAsked, originOf }: { modelPath: string; isPolicyAsked: boolean; originOf: OriginOf },
): string {
  const origin = isPolicyAsked ? 'options, the rest default' : 'default';
  return [
    `model    ${modelPath} (${originOf('model')}), trained on ${trainedContext ?? 'unknown'} tokens of context`,
    ...(policy === null ? [] : [`policy   ${formatPolicy(policy)} (${origin}); ${describeClass(modelClass)}`]),
    `threads  ${threads} (${originOf('threads')})`,
    `device   ${gpu ? 'GPU' : 'CPU'}, ${ways[way]}`,
    '',
  ].join('\n');
}

const ways = {
  native: "llama.cpp's own interface in a process of its own",
  public: "node-llama-cpp's interface in this process",
} as const;
