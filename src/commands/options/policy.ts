// What stays in view: the options of a policy, and what they come to.

import { group, option, origins, type OptionOrigin, type OriginOf, type ValuesOf } from '../../cli/flags.js';
import { InvalidArgumentError, parseCount, withChoices } from '../../cli/parsers.js';
import { defaultSinks, largestBlock, largestCapacity } from '../../engine/defaults.js';
import { parsePolicySpec, policyGrammar, policyKinds, type PolicySpec } from '../../engine/policy.js';
import { usageError } from '../../errors.js';

/** Two or more, separated by commas. */
export const parsePolicies = withChoices(
  (text: string): readonly PolicySpec[] => {
    const specs = text.split(',').map(readPolicy);
    if (specs.length < 2) throw new InvalidArgumentError('Give two policies or more, separated by commas.');
    return specs;
  },
  policyKinds,
  true,
);

const parsePolicy = withChoices(readPolicy, policyKinds);

function readPolicy(text: string): PolicySpec {
  const spec = parsePolicySpec(text);
  if (spec === undefined) throw new InvalidArgumentError(`Write ${policyGrammar}.`);
  if (spec.sinks === 0) throw new InvalidArgumentError('Without sinks, it is window:W.');
  if (spec.window === 0 || spec.block === 0) throw new InvalidArgumentError('Window and block start at 1.');
  return spec;
}

/** Fewer tokens in view are no context. */
export const parseContext = parseCount(16);

/** The default of a context, in words. */
export const usualContext = `the trained context, ${largestCapacity} at most, as memory allows`;

export const policyFlags = group('Cache:', {
  policy: option('<spec>', `what stays in view: ${policyGrammar} (default: sinks)`, parsePolicy),
  sinks: option('<tokens>', `first tokens that are never forgotten (default: ${defaultSinks})`, parseCount(1)),
  window: option('<tokens>', 'recent tokens kept after the sinks (default: the rest of --context)', parseCount(1)),
  context: option('<tokens>', `sinks and window together (default: ${usualContext})`, parseContext),
  block: option(
    '<tokens>',
    `tokens decoded at once (default: 1/8 of sinks and window, ${largestBlock.cpu} at most; ${largestBlock.gpu} on a GPU)`,
    parseCount(1),
  ),
});

type PolicyOptions = ValuesOf<typeof policyFlags>;

/**
 * The policy options as one spec. Numbers come from the spec or from the options, not from both; but a policy that is
 * set once for all gives way to the options, part by part.
 */
export function policyFrom(options: PolicyOptions, originOf: OriginOf): Partial<PolicySpec> {
  const windowOrigin = originOf(options.window === undefined ? 'policy' : 'window');
  return withContext(partsFrom(options, originOf), options.context, windowOrigin, originOf);
}

/** Gives a policy the capacity that --context asks for, if that is a stronger wish than the policy's own window. */
export function withContext(
  spec: Partial<PolicySpec>,
  context: number | undefined,
  windowOrigin: OptionOrigin,
  originOf: OriginOf,
): Partial<PolicySpec> {
  if (context === undefined) return spec;
  const { window, ...others } = spec;
  const origin = originOf('context');
  if (window !== undefined && origin === 'option' && windowOrigin === 'option') {
    throw usageError('--context says the same as a window', 'give one of them');
  }
  if (window !== undefined && origins.indexOf(windowOrigin) <= origins.indexOf(origin)) return spec;
  const { kind = 'sinks', sinks = defaultSinks } = spec;
  if (kind === 'sinks' && sinks >= context) {
    throw usageError(`--context ${context} leaves no window beside ${sinks} sinks`, 'use a larger --context');
  }
  return { ...others, capacity: context };
}

function partsFrom({ policy, sinks, window, block }: PolicyOptions, originOf: OriginOf): Partial<PolicySpec> {
  const numbers = { sinks, window, block };
  const given = Object.entries(numbers).filter(([, value]) => value !== undefined);
  if (originOf('policy') !== 'option') {
    const kept = sinks !== undefined && policy?.kind !== 'sinks' ? undefined : policy;
    return { ...kept, ...Object.fromEntries(given) };
  }
  const [first] = given;
  if (policy !== undefined && first !== undefined && Object.keys(policy).length > 1) {
    throw usageError(`--${first[0]} cannot be combined with numbers in --policy`, 'write all numbers in the policy');
  }
  const kind = policy?.kind ?? 'sinks';
  if (sinks !== undefined && kind !== 'sinks') throw usageError(`--sinks has no meaning with --policy ${kind}`);
  return { ...policy, ...Object.fromEntries(given) };
}
