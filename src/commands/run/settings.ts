// What a run settled on, and where that came from: for --verbose.

import type { Fit } from '../../backends/machine/fit.js';
import type { RunnableModel, SettledLine } from '../../backends/runnable-model.js';
import type { OriginOf } from '../../cli/flags.js';
import { formatCacheTypes } from '../../engine/models/cache-types.js';
import { describeClass } from '../../engine/models/model-class.js';
import { formatPolicy, type Policy } from '../../engine/policy.js';
import { byteSize, printable } from '../../reporters/format.js';

export interface Settings {
  readonly model: RunnableModel;
  /** The cache, or in a comparison those that follow each other. */
  readonly caches: readonly CacheSettings[];
}

export interface CacheSettings {
  readonly policy: Policy | null;
  /** Whether it holds a prompt and its answer; else it holds a chunk where no policy is. */
  readonly prompt?: true | undefined;
  readonly cells: number;
  /** Undefined on a server. */
  readonly fit: Fit | undefined;
}

/** Lines for standard error. */
export function describeSettings({ model, caches }: Settings, originOf: OriginOf): string {
  const fit = caches.find((cache) => cache.fit !== undefined)?.fit;
  const lines: SettledLine[] = [
    ...model.settled.model,
    ...caches.flatMap((cache) => linesOfCache(cache, model, originOf)),
    ...(fit === undefined
      ? []
      : [{ name: 'weights', text: `${memory(fit.weights)}; ${memory(fit.free)} of memory free` }]),
    ...model.settled.machine,
  ];
  return lines
    .map(({ name, text, option, note = '' }) => {
      const origin = option === undefined ? '' : ` (${originOf(option)})`;
      return `${name.padEnd(7)}  ${printable(text)}${origin}${note}\n`;
    })
    .join('');
}

function linesOfCache(cache: CacheSettings, model: RunnableModel, originOf: OriginOf): SettledLine[] {
  const { modelClass, keepsCache, cacheTypes } = model;
  const { policy, fit } = cache;
  const lines: SettledLine[] = [];
  if (policy !== null) {
    const note = keepsCache ? describeClass(modelClass) : 'each request brings all of it';
    lines.push({ name: 'policy', text: `${formatPolicy(policy)} (${policyOrigin(originOf)}); ${note}` });
  }
  const size = sizeOf(cache, originOf);
  const types = cacheTypes === undefined ? '' : ` in ${formatCacheTypes(cacheTypes)} (${originOf('cacheType')})`;
  const taken = fit && `: ${memory(fit.cache)}, with what decoding ${fit.batch} at once takes`;
  lines.push({ name: 'context', text: `${size}${types}${taken ?? ''}` });
  if (fit !== undefined && fit.layers > 0) {
    const text = `${fit.gpuLayers} of ${fit.layers} on the GPU`;
    lines.push({ name: 'layers', text, option: 'gpuLayers' });
  }
  return lines;
}

/** How many tokens, and of what. */
function sizeOf({ policy, prompt, cells }: CacheSettings, originOf: OriginOf): string {
  if (policy !== null) return `${cells} tokens`;
  const what = prompt === true ? `a prompt and its answer (${originOf('context')})` : `a chunk (${originOf('chunk')})`;
  return `${cells} tokens, ${what}`;
}

/** The parts of a policy may come from several places. */
function policyOrigin(originOf: OriginOf): string {
  const origins = new Set(['compare', 'policy', 'sinks', 'window', 'context', 'block'].map(originOf));
  const named = [...origins].filter((origin) => origin !== 'default');
  return named.length === 0 ? 'default' : `${named.join(' and ')}, the rest default`;
}

/** `1.20 GB`; and what is on the GPU, where there is some. */
function memory({ ram, vram }: { readonly ram: number; readonly vram: number }): string {
  return vram === 0 ? byteSize(ram) : `${byteSize(ram)} + ${byteSize(vram)} on the GPU`;
}
