// unspool analyze --plan: what exact attention over each document would take. Counts tokens; runs no model.

import { cacheBytesPerToken } from '../../../engine/models/cache-types.js';
import { completePolicy } from '../../../engine/defaults.js';
import type { DocumentLabel, RunEvent } from '../../../engine/events/events.js';
import { classifyModel, usualKind } from '../../../engine/models/model-class.js';
import type { DocumentCounts } from '../../../engine/counting/overview.js';
import type { PolicySpec } from '../../../engine/policy.js';
import type { Device, DeviceName } from '../../../evaluation/planning/devices.js';
import { plansFor } from '../../../evaluation/planning/plan.js';
import type { GgufTokenizer } from '../../../backends/counting/gguf-tokenizer.js';
import { countDocuments } from '../count/run.js';
import type { Documents } from '../../options/reading.js';
import { policyWarnings } from '../../run/measurement-plan.js';
import type { Session } from '../../run/session.js';

export interface PlanTask {
  readonly modelPath: string;
  readonly hosts: number;
  /** What each host is. */
  readonly device: Device & { readonly name: DeviceName | null };
  /** Of the cache that rolls. */
  readonly policy: Partial<PolicySpec>;
}

export function planDocuments(session: Session, documents: Documents, task: PlanTask): Promise<void> {
  return countDocuments(session, {
    ...{ ...documents, encodings: [], modelPath: task.modelPath },
    conclude: (document, counts, opened) => (opened === undefined ? [] : conclusions(task, document, counts, opened)),
  });
}

function conclusions(
  task: PlanTask,
  document: DocumentLabel,
  counts: DocumentCounts,
  model: GgufTokenizer,
): RunEvent[] {
  const { hosts, device } = task;
  const { file, vocabulary } = model;
  const { name, trainedContext, shape } = file;
  const hasBeginning = vocabulary.beginning !== undefined;
  const tokens = (counts.tokens[0]?.tokens ?? 0) + (hasBeginning ? 1 : 0);
  const modelClass = classifyModel(file.traits);
  const policy = completePolicy(task.policy, {
    trainedContext,
    cacheBytesPerToken: cacheBytesPerToken(file.cacheNumbers),
    freeMemoryBytes: Math.max(0, device.memoryBytes - file.weightBytes),
    gpu: true,
    kind: usualKind(modelClass),
  });
  const plans = plansFor({ shape, tokens, hosts, device, policy, hasBeginning });
  // What holds for the model is said once.
  const warnings: RunEvent[] =
    document.index === 0
      ? policyWarnings(task.policy, { keepsCache: true, name, contextSize: trainedContext, modelClass }, policy)
      : [];
  if (trainedContext !== undefined && tokens > trainedContext) {
    const message = `${document.name}: its ${tokens} tokens are more than the ${trainedContext} that ${name} was trained on`;
    const hint = 'take the figures for a model of this shape that was trained on as many';
    warnings.push({ event: 'warning', document, code: 'beyond-trained-context', message, hint });
  }
  return [...warnings, ...plans.map((plan): RunEvent => ({ event: 'plan-row', document, device, ...plan }))];
}
