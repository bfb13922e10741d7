// Tells someone who looks at a run what is in view, and which lines surprise.

import type { Vocabulary } from '../engine/backend.js';
import type { DocumentLabel, RunEvent } from '../engine/events/events.js';
import type { RunControl } from '../engine/progress/run-control.js';
import type { Watch } from '../engine/progress/watch.js';
import { fewestTokens, ScoredLines } from './cutting/scored-lines.js';

/** What is in view is told no more often than this, unless the run is held: nobody reads faster. In seconds. */
const showEvery = 0.1;
/** A line is told where it surprises more than those that came so many seconds before it. */
const strikingFor = 1;

export function watchDocument(
  document: DocumentLabel,
  vocabulary: Pick<Vocabulary, 'bytes'>,
  control: RunControl,
): Watch {
  let lines = new ScoredLines((token) => vocabulary.bytes(token));
  let shownAt = -Infinity;
  let since = -Infinity;
  let most = 0;
  const textOf = (tokens: Int32Array): string =>
    new TextDecoder()
      .decode(Buffer.concat(Array.from(tokens, (token) => vocabulary.bytes(token))))
      // Characters that are in view in part.
      .replace(/^\uFFFD+|\uFFFD+$/g, '');

  return {
    begin(token, end) {
      lines.add(token, null, end);
    },
    resume(token, end) {
      lines = new ScoredLines((token) => vocabulary.bytes(token), end.lines);
      lines.add(token, null, end);
    },
    *observe(scores, ends, tokens): Generator<RunEvent> {
      for (const [index, token] of tokens.entries()) {
        const end = ends[index];
        if (end === undefined) continue;
        const score = scores[index] ?? Number.NaN;
        const { over } = lines.add(token, Number.isNaN(score) ? null : score, end);
        if (over === undefined || over.tokens < fewestTokens) continue;
        const natsPerToken = over.nats / over.tokens;
        if (control.now() - since > strikingFor) [since, most] = [control.now(), -Infinity];
        if (natsPerToken <= most) continue;
        most = natsPerToken;
        const text = over.pieces.map((piece) => piece.text).join('');
        yield { event: 'striking-line', document, line: over.line, natsPerToken, text: text.replace(/\n+$/, '') };
      }
    },
    *show({ sinks, beginning, end, between, lines }): Generator<RunEvent> {
      if (control.now() - shownAt < showEvery && !control.paused) return;
      shownAt = control.now();
      const texts = { sinks: textOf(sinks), beginning: textOf(beginning), end: textOf(end) };
      yield { event: 'in-view', document, ...texts, between, lines };
    },
    forget: () => [],
    finish: () => [],
  };
}
