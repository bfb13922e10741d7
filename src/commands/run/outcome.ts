// How a command ends, for the exit code and for reporters.

import { emptyAccount } from '../../engine/totals.js';
import type { RunEvent, RunStart } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { toUnspoolError, type UnspoolError } from '../../errors.js';
import { resources } from './resources.js';

export interface Outcome {
  readonly status: 'done' | 'interrupted' | 'failed';
  /** One for each document that could not be read to its end. */
  readonly failures: readonly UnspoolError[];
}

/** Runs `work`; where it fails as a whole, reports that as the end of the run, and its start if that is still to come. */
export async function reportingFailure(
  { version, command }: Pick<RunStart, 'version' | 'command'>,
  reporter: Reporter,
  work: (reporter: Reporter) => Promise<Outcome>,
): Promise<Outcome> {
  const startedAt = performance.now();
  const reported = new Set<RunEvent['event']>();
  const watched: Reporter = {
    handle(event) {
      reported.add(event.event);
      reporter.handle(event);
    },
    close() {
      reporter.close();
    },
  };
  try {
    return await work(watched);
  } catch (error) {
    const failure = toUnspoolError(error);
    if (!reported.has('run-start'))
      reporter.handle({ event: 'run-start', version, command, model: null, policy: null, chunk: null, documents: 0 });
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
