// unspool analyze: documents in numbers. One file a task; this one holds what every task shares.

import type { Reporter } from '../engine/reporter.js';
import { emptyAccount } from '../engine/totals.js';
import { toUnspoolError } from '../errors.js';
import { countDocuments, type CountTask } from './count.js';
import { resources } from './resources.js';
import type { Outcome } from './outcome.js';
import type { Source } from './tasks.js';

/** Each task has a file of its own. */
export type AnalyzeTask = CountTask;

export interface AnalyzeRequest {
  readonly version: string;
  readonly task: AnalyzeTask;
  readonly sources: readonly Source[];
  readonly signal: AbortSignal;
}

/** Analyses each document in turn. A document that fails does not stop the others. */
export async function analyze(request: AnalyzeRequest, reporter: Reporter): Promise<Outcome> {
  const startedAt = performance.now();
  try {
    return await perform(request, reporter);
  } catch (error) {
    const failure = toUnspoolError(error);
    reporter.handle({
      event: 'run-end',
      status: 'failed',
      error: failure.toFailure(),
      ...resources(startedAt),
      documents: 0,
      account: emptyAccount,
      perplexity: null,
    });
    return { status: 'failed', failures: [failure] };
  }
}

function perform({ task, ...request }: AnalyzeRequest, reporter: Reporter): Promise<Outcome> {
  return countDocuments({ ...request, ...task }, reporter);
}
