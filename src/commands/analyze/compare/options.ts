// `unspool analyze --compare` on the command line.

import type { Invocation } from '../../../cli/command.js';
import { option, type Values } from '../../../cli/flags.js';
import { parsePolicies, withContext } from '../../options/policy.js';
import { modelTask } from '../model-task.js';
import type { AnalyzeOptions } from '../options.js';

export const compareFlags = {
  compare: option(
    '<specs>',
    'the text under several policies, with commas, and whether they differ: sinks:4+508,window:512',
    parsePolicies,
  ),
};

type Line = Invocation<AnalyzeOptions & Values<typeof compareFlags>>;

export const compare = modelTask({
  name: 'compare',
  flags: compareFlags,
  settle: ({ options: { compare: specs = [], context }, originOf }: Line) =>
    specs.map((spec) => ({ kind: spec.kind, ...withContext(spec, context, 'option', originOf) })),
  view: async (policies) => (await import('./view.js')).comparisonView(policies.length),
  run: async () => (await import('./run.js')).comparePolicies,
});
