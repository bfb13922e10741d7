// The task that the options of `unspool analyze` ask for, and what does not go together.

import type { AnalyzeTask } from '../commands/analyze/analyze.js';
import { usageError } from '../errors.js';
import { device, devices } from '../evaluation/planning/devices.js';
import type { AnalyzeOptions } from './analyze-command.js';
import { machineOptions } from './model-options.js';
import { bundledModel, flagOf, policyFrom, withContext, type OriginOf } from './options.js';

type Kind = AnalyzeTask['kind'];

const kinds = ['count', 'perplexity', 'compare', 'horizon', 'surprise', 'attention', 'plan'] as const;

/** Of tasks that run a model. */
const modelKinds: readonly Kind[] = kinds.filter((kind) => kind !== 'count' && kind !== 'plan');

/** Options that mean something for some tasks only. */
const belongings: readonly { readonly option: keyof AnalyzeOptions; readonly kinds: readonly Kind[] }[] = [
  { option: 'tokenizer', kinds: ['count'] },
  { option: 'protocol', kinds: ['perplexity'] },
  { option: 'chunk', kinds: ['perplexity', 'horizon', 'attention'] },
  { option: 'top', kinds: ['surprise'] },
  { option: 'heat', kinds: ['surprise'] },
  { option: 'policy', kinds: ['perplexity', 'surprise'] },
  { option: 'window', kinds: ['perplexity', 'surprise', 'plan'] },
  { option: 'block', kinds: ['perplexity', 'surprise'] },
  { option: 'sinks', kinds: ['perplexity', 'surprise', 'attention', 'plan'] },
  { option: 'limit', kinds: modelKinds },
  { option: 'context', kinds: ['perplexity', 'compare', 'surprise', 'plan'] },
  { option: 'cacheType', kinds: ['perplexity', 'compare', 'horizon', 'surprise'] },
  { option: 'server', kinds: modelKinds.filter((kind) => kind !== 'attention') },
  ...machineOptions.map((option) => ({ option, kinds: modelKinds })),
  { option: 'hosts', kinds: ['plan'] },
  { option: 'device', kinds: ['plan'] },
  { option: 'flops', kinds: ['plan'] },
  { option: 'bandwidth', kinds: ['plan'] },
  { option: 'memory', kinds: ['plan'] },
  { option: 'report', kinds: ['count', ...modelKinds] },
  { option: 'svg', kinds: ['compare', 'horizon', 'surprise', 'attention'] },
];

const usualTop = 10;
const usualSinks = 4;
/** A DGX, on which Liu et al. 2023 measure. */
const usualHosts = 8;

/** --count where they name no task. */
export function analyzeTaskFrom(options: AnalyzeOptions, originOf: OriginOf): AnalyzeTask {
  const [kind = 'count', other] = kinds.filter((each) => options[each] !== undefined);
  if (other !== undefined) throw usageError(`--${kind} and --${other} are two tasks`, 'give one of them');
  for (const { option, kinds } of belongings) {
    // What is set once for all is there for all commands.
    if (originOf(option) === 'option' && !kinds.includes(kind)) {
      throw usageError(`--${flagOf(option)} has no meaning with --${kind}`, `use it with --${kinds.join(' or --')}`);
    }
  }
  switch (kind) {
    case 'count':
      return { kind, encodings: options.tokenizer ?? ['o200k_base'], modelPath: fileOf(options, originOf) };
    case 'perplexity':
      return perplexityTask(options, originOf);
    case 'compare':
      return {
        kind,
        policies: (options.compare ?? []).map((spec) => ({
          kind: spec.kind,
          ...withContext(spec, options.context, 'option', originOf),
        })),
      };
    case 'horizon':
      return { kind, chunk: options.chunk };
    case 'surprise': {
      if (options.heat === true && options.top !== undefined) {
        throw usageError('--top has no meaning with --heat, which shows all of the text', 'leave one of them out');
      }
      // A page shows the text shaded, as --heat does.
      const text = options.heat === true || options.report !== undefined;
      return { kind, policy: policyFrom(options, originOf), top: options.top ?? usualTop, text };
    }
    case 'attention': {
      const sinks = options.sinks ?? usualSinks;
      if (options.chunk !== undefined && options.chunk < 4 * sinks) {
        throw usageError('--attention needs a --chunk of at least four times --sinks', 'use a larger --chunk');
      }
      return { kind, chunk: options.chunk, sinks };
    }
    case 'plan':
      return planTask(options, originOf);
  }
}

/** What counts tokens runs on no server: beside one that is set once for all, --model is a name there. */
function fileOf({ model, server }: AnalyzeOptions, originOf: OriginOf): string | undefined {
  return server === undefined || originOf('model') === 'option' ? model : undefined;
}

function perplexityTask(options: AnalyzeOptions, originOf: OriginOf): AnalyzeTask {
  const { protocol = 'rolling', chunk } = options;
  if (protocol === 'rolling') {
    if (chunk !== undefined) {
      throw usageError('--chunk has no meaning with --protocol rolling', 'use it with --protocol chunked');
    }
    return { kind: 'perplexity', protocol, policy: policyFrom(options, originOf) };
  }
  if (['policy', 'sinks', 'window', 'block', 'context'].some((option) => originOf(option) === 'option')) {
    throw usageError(`a policy has no meaning with --protocol chunked`, 'its chunks start in an empty cache: --chunk');
  }
  return { kind: 'perplexity', protocol, chunk };
}

function planTask(options: AnalyzeOptions, originOf: OriginOf): AnalyzeTask {
  // A plan is one of sinks and a window, whatever policy is set once for all.
  const { hosts = usualHosts, flops, bandwidth, memory } = options;
  const modelPath = fileOf(options, originOf) ?? bundledModel;
  const task = {
    kind: 'plan',
    modelPath,
    hosts,
    policy: policyFrom({ ...options, policy: undefined }, originOf),
  } as const;
  if (flops === undefined && bandwidth === undefined) {
    const name = options.device ?? 'a100-nvlink';
    return { ...task, device: { name, ...devices[name], ...(memory !== undefined && { memoryBytes: memory * 1e9 }) } };
  }
  if (options.device !== undefined) {
    throw usageError('--device stands for --flops and --bandwidth', 'give either --device or the two others');
  }
  if (flops === undefined || bandwidth === undefined || memory === undefined) {
    throw usageError('a host is --flops, --bandwidth and --memory', 'give all three, or --device');
  }
  return { ...task, device: { name: null, ...device(flops, bandwidth, memory) } };
}
