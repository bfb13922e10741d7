// unspool analyze --attention: how much of their attention heads pay to the first tokens.

import { withUsualCache } from '../../../backends/model-choice.js';
import { openDocument } from '../../../documents/open.js';
import { measureAttention } from '../../../engine/attention.js';
import { runModel, type ModelRun } from '../../run/model-run.js';
import { chunkPlan, usualChunk } from '../../run/measurement-plan.js';
import type { Session } from '../../run/session.js';
import { attentionChunks, longestUsualChunk } from '../options.js';

export interface AttentionTask {
  /** Tokens of a chunk; undefined for as many as the model was trained on, 512 at most. */
  readonly chunk: number | undefined;
  /** First tokens that count as sinks. */
  readonly sinks: number;
}

export function measureAttentionShares(session: Session, run: ModelRun, task: AttentionTask): Promise<void> {
  const { reading } = run;
  const { signal } = session;
  return runModel(
    session,
    // It is measured in a cache of its own.
    { ...run, model: withUsualCache(run.model) },
    (model) => {
      const chunk = task.chunk ?? usualChunk(longestUsualChunk.attention, model);
      const { sinks } = task;
      // As many recent tokens as sinks, so that the two shares compare.
      const recent = sinks;
      return chunkPlan(chunk, model, (backend) => ({
        open: (source, limitBytes) => openDocument(source, { ...reading, signal, limitBytes }),
        isFirst: () => false,
        async *document(input) {
          const fresh = chunk - (backend.vocabulary.beginning === undefined ? 0 : 1);
          const limitTokens =
            input.limitTokens ?? (input.limitBytes === undefined ? attentionChunks * fresh : undefined);
          const result = yield* measureAttention({ ...input, chunk, sinks, recent, limitTokens });
          return { ...result, include: () => undefined };
        },
        perplexity: () => null,
      }));
    },
  );
}
