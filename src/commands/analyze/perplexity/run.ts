// unspool analyze --perplexity: how well the model predicts documents, under a named protocol.

import type { RunnableModel } from '../../../backends/runnable-model.js';
import { openDocument, type ExtractionOptions } from '../../../documents/open.js';
import { ChunkTally, scoreChunks } from '../../../engine/chunked.js';
import type { PolicySpec } from '../../../engine/policy.js';
import { scoreDocument } from '../../../engine/run.js';
import { RunTotals } from '../../../engine/totals.js';
import { runModel, type ModelRun } from '../../run/model-run.js';
import { chunkPlan, rollingPlan, usualChunk, type MeasurementPlan } from '../../run/measurement-plan.js';
import type { Session } from '../../run/session.js';
import { longestUsualChunk } from '../options.js';

export type PerplexityTask =
  | { readonly protocol: 'rolling'; readonly policy: Partial<PolicySpec> }
  /** `chunk`: tokens of a chunk; undefined for llama-perplexity's 512, or less where the model was trained on less. */
  | { readonly protocol: 'chunked'; readonly chunk: number | undefined };

type OpeningOptions = ExtractionOptions & { readonly signal: AbortSignal };

/** llama-perplexity refuses a text of less. */
const fewestChunks = 2;

export function measurePerplexity(session: Session, run: ModelRun, task: PerplexityTask): Promise<void> {
  const opening = { ...run.reading, signal: session.signal };
  const plan = (model: RunnableModel): MeasurementPlan =>
    task.protocol === 'rolling'
      ? rollingPerplexity(opening, task.policy, model)
      : chunkedPerplexity(opening, task.chunk ?? usualChunk(longestUsualChunk.chunked, model), model);
  return runModel(session, run, plan);
}

function rollingPerplexity(opening: OpeningOptions, asked: Partial<PolicySpec>, model: RunnableModel): MeasurementPlan {
  return rollingPlan(asked, model, (policy) => (backend) => {
    const totals = new RunTotals(policy, backend.vocabulary.beginning !== undefined);
    return {
      open: (source, limitBytes) => openDocument(source, { ...opening, limitBytes }),
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

function chunkedPerplexity(opening: OpeningOptions, chunk: number, model: RunnableModel): MeasurementPlan {
  return chunkPlan(chunk, model, () => {
    const total = new ChunkTally(chunk);
    return {
      open(source, limitBytes) {
        return openDocument(source, { ...opening, limitBytes, raw: true });
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
