// What a run settled on, and where that came from: for --verbose.

import type { Settings } from '../commands/model-run.js';
import { describeClass } from '../engine/model-class.js';
import { formatPolicy } from '../engine/policy.js';
import type { OriginOf } from './options.js';

/** Lines for standard error. */
export function describeSettings(
  { policy, trainedContext, modelClass, threads, gpu, way }: Settings,
  { modelPath, originOf }: { readonly modelPath: string; readonly originOf: OriginOf },
): string {
  return [
    `model    ${modelPath} (${originOf('model')}), trained on ${trainedContext ?? 'unknown'} tokens of context`,
    ...(policy === null
      ? []
      : [`policy   ${formatPolicy(policy)} (${policyOrigin(originOf)}); ${describeClass(modelClass)}`]),
    `threads  ${threads} (${originOf('threads')})`,
    `device   ${gpu ? 'GPU' : 'CPU'}, ${ways[way]}`,
    '',
  ].join('\n');
}

/** The parts of a policy may come from several places. */
function policyOrigin(originOf: OriginOf): string {
  const origins = new Set(['policy', 'sinks', 'window', 'block'].map(originOf));
  const named = [...origins].filter((origin) => origin !== 'default');
  return named.length === 0 ? 'default' : `${named.join(' and ')}, the rest default`;
}

const ways = {
  native: "llama.cpp's own interface in a process of its own",
  public: "node-llama-cpp's interface in this process",
} as const;
