// How a command ends, for the exit code and for reporters.

import { emptyAccount } from '../engine/totals.js';
import type { Reporter } from '../engine/reporter.js';
import { toUnspoolError, type UnspoolError } from '../errors.js';
import { resources } from './resources.js';

export interface Outcome {
  readonly status: 'done' | 'interrupted' | 'failed';
  /** One for each document that could not be read to its end. */
  readonly failures: readonly UnspoolError[];
}

/** Runs `work`; where it cannot even start on a document, reports that as the end of the run. */
export async function reportingFailure(reporter: Reporter, work: () => Promise<Outcome>): Promise<Outcome> {
  const startedAt = performance.now();
  try {
    return await work();
  } catch (error) {
    const failure = toUnspoolError(error);
    reporter.handle({
      event: 'run-end',
      status: 'failed',
      error: failure.toFailure(),
      ...resources((performance.now() - startedAt) / 1000),
      documents: 0,
      account: emptyAccount,
      perplexity: null,
    });
    return { status: 'failed', failures: [failure] };
  }
}
