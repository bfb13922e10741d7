// Makes a digest of a document while it streams: of prose its passages, of a log its overview and findings.

import type { Observer } from '../../engine/observer.js';
import { Digest, type DigestState } from '../digest.js';
import type { LogDigest, LogDigestChoice, LogDigestState } from '../logs/log-digest.js';
import { passageEvents } from './passage-events.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import type { ReadingState, ReadSpan, Reading } from '../reading.js';

/** What a digest in the making leaves behind. */
export interface DigestObserverState {
  readonly reading: ReadingState;
  readonly log: LogDigestState;
  /** Of prose. */
  readonly digest: DigestState<ReadSpan> | undefined;
}

/**
 * `log` sees the reading's records. `known`: of an earlier run, which the reading and the log go on from too. Prose is
 * chosen by its words alone: what the model did not expect does not tell whether it stands for the text (measured in
 * test/bench/README.md).
 */
export function digestObserver(
  reading: Reading,
  log: LogDigest,
  choice: LogDigestChoice,
  known?: DigestObserverState,
): Observer {
  let digest = known?.digest && Digest.from(known.digest);
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): void => {
    for (const { span, nats, tokens } of spans) {
      if (span.template !== undefined) log.score(span.template, nats / tokens);
      else if (span.isProse === true) (digest ??= new Digest()).add(span);
    }
  };
  return observerOf(reading, {
    state: (): DigestObserverState => ({ reading: reading.state(), log: log.state(), digest: digest?.state() }),
    observe(scores, ends) {
      add(reading.observe(scores, ends));
      return [];
    },
    finish() {
      add(reading.finish());
      const { document, top } = choice;
      return reading.kind === 'log' ? log.finish(choice) : passageEvents(document, digest?.choose(top) ?? []);
    },
  });
}
