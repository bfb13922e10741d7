// Makes a digest of a document while it streams: of prose its passages, of a log its overview and findings.

import type { DocumentLabel, RunEvent } from '../../engine/events/events.js';
import type { Observer } from '../../engine/observer.js';
import { Digest, type DigestState as CandidatesState } from '../digest.js';
import type { LogDigest, LogDigestChoice, LogDigestState } from '../logs/log-digest.js';
import { observerOf } from './reading-observer.js';
import type { ScoredSpan } from '../cutting/span-scores.js';
import type { ReadingState, ReadSpan, Reading } from '../reading.js';

/** What a digest in the making leaves behind. */
export interface DigestObserverState {
  readonly reading: ReadingState;
  readonly log: LogDigestState;
  readonly digest: CandidatesState<ReadSpan>;
}

/** `log` sees the reading's records. `known`: of an earlier run, which the reading and the log go on from too. */
export function digestObserver(
  reading: Reading,
  log: LogDigest,
  choice: LogDigestChoice,
  known?: DigestObserverState,
): Observer {
  const digest = known === undefined ? new Digest<ReadSpan>() : Digest.from(known.digest, (span: ReadSpan) => span, () => 0);
  const add = (spans: readonly ScoredSpan<ReadSpan>[]): void => {
    for (const { span, nats, tokens } of spans) {
      if (span.template === undefined) digest.add(span, nats / tokens);
      else log.score(span.template, nats / tokens);
    }
  };
  return observerOf(reading, {
    state: (): DigestObserverState => ({
      reading: reading.state(),
      log: log.state(),
      digest: digest.state((span) => span),
    }),
    observe(scores, ends) {
      add(reading.observe(scores, ends));
      return [];
    },
    *finish(): Generator<RunEvent> {
      add(reading.finish());
      if (reading.kind === 'log') yield* log.finish(choice);
      else yield* passagesOf(digest, choice);
    },
  });
}

/** The passages, in document order. */
function* passagesOf(
  digest: Digest<ReadSpan>,
  { document, top }: { readonly document: DocumentLabel; readonly top: number | undefined },
): Generator<RunEvent> {
  for (const { span, score } of digest.choose(top)) {
    yield { event: 'passage', document, text: span.text, lines: span.lines, score, count: 1 };
  }
}
