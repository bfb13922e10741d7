// unspool analyze --perplexity: how well the model predicts documents, under a named protocol.

import type { RunnableModel } from '../../../backends/runnable-model.js';
import { openDocument } from '../../../documents/open.js';
import { ChunkTally, scoreChunks } from '../../../engine/chunked.js';
import type { PolicySpec } from '../../../engine/policy.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { scoreDocument } from '../../../engine/run.js';
import { RunTotals } from '../../../engine/totals.js';
import { runModel, type ModelRun } from '../../run/model-run.js';
import { chunkPlan, rollingPlan, usualChunk, type Plan } from '../../run/plans.js';
import type { Outcome } from '../../run/outcome.js';

export type PerplexityTask = { readonly kind: 'perplexity' } & (
  | { readonly protocol: 'rolling'; readonly policy: Partial<PolicySpec> }
  /** `chunk`: tokens of a chunk; undefined for llama-perplexity's 512, or less where the model was trained on less. */
  | { readonly protocol: 'chunked'; readonly chunk: number | undefined }
);

/** What llama-perplexity takes without `-c`. */
const longestUsualChunk = 512;
/** llama-perplexity refuses a text of less. */
const fewestChunks = 2;

export function measurePerplexity(run: ModelRun, task: PerplexityTask, reporter: Reporter): Promise<Outcome> {
  const plan = (model: RunnableModel): Plan =>
    task.protocol === 'rolling'
      ? rollingPerplexity(run, task.policy, model)
      : chunkedPerplexity(run, task.chunk ?? usualChunk(longestUsualChunk, model), model);
  return runModel(run, plan, reporter);
}

function rollingPerplexity(run: ModelRun, asked: Partial<PolicySpec>, model: RunnableModel): Plan {
  const { reading, signal } = run;
  return rollingPlan(asked, model, (policy) => (backend) => {
    const totals = new RunTotals(policy, backend.vocabulary.beginning !== undefined);
    return {
      open: (source, limitBytes) => openDocument(source, { ...reading, signal, limitBytes }),
      isFirst: () => false,
      async *document(input) {
        const result = yield* scoreDocument({ ...input, policy });
        return {
          ...result,
          include: () => {
            totals.add(result);
          },
        };
      },
      perplexity: () => totals.perplexity(),
    };
  });
}

function chunkedPerplexity({ reading, signal }: ModelRun, chunk: number, model: RunnableModel): Plan {
  return chunkPlan(chunk, model, () => {
    const total = new ChunkTally(chunk);
    return {
      open(source, limitBytes) {
        return openDocument(source, { ...reading, signal, limitBytes, raw: true });
      },
      isFirst: () => false,
      async *document(input) {
        const result = yield* scoreChunks({ ...input, chunk, scored: 'second-half', fewestChunks });
        return {
          ...result,
          include: () => {
            total.include(result.tally);
          },
        };
      },
      perplexity: () => total.figures(),
    };
  });
}
