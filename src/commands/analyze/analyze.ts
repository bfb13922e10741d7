// unspool analyze: documents in numbers. Each task has a file of its own.

import type { Reporter } from '../../engine/events/reporter.js';
import { measureAttentionShares, type AttentionTask } from './attention/run.js';
import { comparePolicies, type CompareTask } from './compare/run.js';
import { countDocuments, type CountTask } from './count/run.js';
import { measureHorizon, type HorizonTask } from './horizon/run.js';
import type { ModelRun } from '../run/model-run.js';
import type { Outcome } from '../run/outcome.js';
import { measurePerplexity, type PerplexityTask } from './perplexity/run.js';
import { planDocuments, type PlanTask } from './plan/run.js';
import { measureSurprise, type SurpriseTask } from './surprise/run.js';

/** What runs a model. */
export type ModelTask = PerplexityTask | CompareTask | HorizonTask | SurpriseTask | AttentionTask;

export type AnalyzeTask = CountTask | PlanTask | ModelTask;

export interface AnalyzeRequest extends Omit<ModelRun, 'command' | 'purpose'> {
  readonly task: AnalyzeTask;
}

/** Analyses each document in turn. A document that fails does not stop the others. */
export function analyze({ task, ...request }: AnalyzeRequest, reporter: Reporter): Promise<Outcome> {
  const run: ModelRun = { ...request, command: 'analyze', purpose: { kind: 'score' } };
  switch (task.kind) {
    case 'count': {
      const { version, sources, reading, signal, control } = run;
      return countDocuments({ version, sources, reading, signal, control, ...task }, reporter);
    }
    case 'plan':
      return planDocuments(run, task, reporter);
    case 'perplexity':
      return measurePerplexity(run, task, reporter);
    case 'compare':
      return comparePolicies(run, task, reporter);
    case 'horizon':
      return measureHorizon(run, task, reporter);
    case 'surprise':
      return measureSurprise(run, task, reporter);
    case 'attention':
      return measureAttentionShares(run, task, reporter);
  }
}
