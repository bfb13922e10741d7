// unspool analyze --horizon: what a longer context buys, from the surprise of tokens with more and more in front.

import { openDocument } from '../../../documents/open.js';
import { scoreChunks } from '../../../engine/chunked.js';
import { Horizon } from '../../../evaluation/horizon.js';
import { runModel, type ModelRun } from '../../run/model-run.js';
import { chunkPlan, usualChunk } from '../../run/measurement-plan.js';
import type { Session } from '../../run/session.js';
import { longestUsualChunk } from '../options.js';

export interface HorizonTask {
  /** Tokens of a chunk; undefined for as many as the model was trained on, 4,096 at most. */
  readonly chunk: number | undefined;
}

export function measureHorizon(session: Session, run: ModelRun, task: HorizonTask): Promise<void> {
  const { reading } = run;
  const { signal } = session;
  return runModel(session, run, (model) => {
    const chunk = task.chunk ?? usualChunk(longestUsualChunk.horizon, model);
    return chunkPlan(chunk, model, () => ({
      open: (source, limitBytes) => openDocument(source, { ...reading, signal, limitBytes }),
      isFirst: () => false,
      async *document(input) {
        const horizon = new Horizon(chunk);
        const onChunk = (nats: Float32Array): void => {
          horizon.add(nats);
        };
        const request = { ...input, chunk, scored: 'all', fewestChunks: 1, onChunk } as const;
        const result = yield* scoreChunks(request, () => horizon.rows(input.label));
        return { ...result, include: () => undefined };
      },
      perplexity: () => null,
    }));
  });
}
