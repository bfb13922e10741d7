// unspool analyze --surprise: the lines of documents that the model expected least.

import type { RunnableModel } from '../../../backends/runnable-model.js';
import { openDocument } from '../../../documents/open.js';
import type { PolicySpec } from '../../../engine/policy.js';
import { scoreDocument } from '../../../engine/run.js';
import { RunTotals } from '../../../engine/totals.js';
import { surpriseObserver } from '../../../memory/observers/surprise-observer.js';
import { runModel, type ModelRun } from '../../run/model-run.js';
import { rollingPlan, type MeasurementPlan } from '../../run/measurement-plan.js';
import type { Session } from '../../run/session.js';

export interface SurpriseTask {
  readonly policy: Partial<PolicySpec>;
  /** Lines to report. */
  readonly top: number;
  /** Also report the text, token by token. */
  readonly text: boolean;
}

export function measureSurprise(session: Session, run: ModelRun, task: SurpriseTask): Promise<void> {
  const { reading } = run;
  const { signal } = session;
  const { policy: asked, top, text } = task;
  const plan = (model: RunnableModel): MeasurementPlan =>
    rollingPlan(asked, model, (policy) => (backend) => {
      const totals = new RunTotals(policy, backend.vocabulary.beginning !== undefined);
      return {
        open: (source, limitBytes) => openDocument(source, { ...reading, signal, limitBytes }),
        isFirst: () => false,
        async *document(input) {
          const { vocabulary } = input.backend;
          const bytes = (token: number): Uint8Array => vocabulary.bytes(token);
          const observer = surpriseObserver({ document: input.label, top, text, bytes });
          const result = yield* scoreDocument({ ...input, policy, observer });
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
  return runModel(session, run, plan);
}
