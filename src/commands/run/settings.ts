// What a run settled on, and where that came from: for --verbose.

import { formatCacheTypes } from '../../engine/models/cache-types.js';
import type { Fit } from '../../backends/fit.js';
import type { OpenedModel } from '../../backends/open-model.js';
import type { ServerModel } from '../../backends/server/model.js';
import { describeClass } from '../../engine/models/model-class.js';
import { formatPolicy, type Policy } from '../../engine/policy.js';
import { byteSize, printable } from '../../reporters/format.js';
import type { OriginOf } from '../../cli/flags.js';

export interface Settings {
  readonly model: OpenedModel | ServerModel;
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
  const lines = model.where === 'here' ? linesHere(model, caches, originOf) : linesOfServer(model, caches, originOf);
  return lines.map(([name, text]) => `${name.padEnd(7)}  ${text}\n`).join('');
}

type Line = readonly [name: string, text: string];

function linesHere(model: OpenedModel, caches: Settings['caches'], originOf: OriginOf): Line[] {
  const { file, modelClass, threads, gpu, way, cacheTypes } = model;
  const lines: Line[] = [
    [
      'model',
      `${printable(file.path)} (${originOf('model')}), trained on ${file.trainedContext ?? 'unknown'} tokens of context`,
    ],
  ];
  const fits = caches.flatMap(({ fit, ...cache }) => (fit === undefined ? [] : [{ ...cache, fit }]));
  for (const { policy, prompt, fit } of fits) {
    const { cells, batch, cache, gpuLayers } = fit;
    if (policy !== null) {
      lines.push(['policy', `${formatPolicy(policy)} (${policyOrigin(originOf)}); ${describeClass(modelClass)}`]);
    }
    const size = sizeOf({ policy, prompt, cells }, originOf);
    const types = `${formatCacheTypes(cacheTypes)} (${originOf('cacheType')})`;
    lines.push(['context', `${size} in ${types}: ${memory(cache)}, with what decoding ${batch} at once takes`]);
    if (gpu !== undefined) {
      lines.push(['layers', `${gpuLayers} of ${file.layers} on the GPU (${originOf('gpuLayers')})`]);
    }
  }
  const [first] = fits;
  if (first !== undefined) {
    lines.push(['weights', `${memory(first.fit.weights)}; ${memory(first.fit.free)} of memory free`]);
  }
  lines.push(['threads', `${threads} (${originOf('threads')})`]);
  lines.push(['device', `${gpu ?? 'CPU'} (${originOf('gpu')}), ${ways[way]}`]);
  return lines;
}

function linesOfServer(model: ServerModel, caches: Settings['caches'], originOf: OriginOf): Line[] {
  const { path, name, contextSize, dialect, service } = model;
  const room = contextSize === undefined ? 'a context it does not tell' : `${contextSize} tokens in view at most`;
  const lines: Line[] = [
    ['server', `${path} (${originOf('server')}), asked as ${dialect}`],
    ['model', `${printable(name)} (${originOf('model')}), ${room}`],
  ];
  for (const cache of caches) {
    if (cache.policy !== null) {
      const policy = `${formatPolicy(cache.policy)} (${policyOrigin(originOf)})`;
      lines.push(['policy', `${policy}; each request brings all of it`]);
    }
    lines.push(['context', sizeOf(cache, originOf)]);
  }
  return [...lines, ['answers', services[service.kind]]];
}

const services = {
  score: 'log-probabilities of prompts',
  write: 'text written on',
  chat: 'messages',
} as const satisfies Record<ServerModel['service']['kind'], string>;

/** How many tokens, and of what. */
function sizeOf({ policy, prompt, cells }: Omit<CacheSettings, 'fit'>, originOf: OriginOf): string {
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

const ways = {
  native: "llama.cpp's own interface in a process of its own",
  public: "node-llama-cpp's interface in this process",
} as const;
