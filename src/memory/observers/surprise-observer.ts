// The most surprising lines of a document, with the tokens that made them so.

import type { DocumentLabel, RunEvent, ScoredPiece } from '../../engine/events/events.js';
import { wholeObserver, type Observer } from '../../engine/observer.js';
import { BestFirst } from '../best-first.js';
import { fewestTokens, ScoredLines, type ScoredLine } from '../cutting/scored-lines.js';

export interface SurpriseChoice {
  readonly document: DocumentLabel;
  /** Lines to report. */
  readonly top: number;
  /** Also report the text itself, token by token. */
  readonly text: boolean;
  /** Bytes of a token's text. */
  readonly bytes: (token: number) => Uint8Array;
}

/** Reports every line as it ends, and at the end the most surprising ones, by mean nats per token. */
export function surpriseObserver({ document, top, text, bytes }: SurpriseChoice): Observer {
  const lines = new ScoredLines(bytes);
  const ranking = new BestFirst<Omit<ScoredLine, 'nats'> & { readonly natsPerToken: number }>(top);
  /** The first token, until a block shows it. */
  const unshown: ScoredPiece[] = [];

  function report({ line, nats, tokens, pieces }: ScoredLine): RunEvent {
    const natsPerToken = nats / tokens;
    if (tokens >= fewestTokens && ranking.wants(natsPerToken)) {
      ranking.add(natsPerToken, { line, natsPerToken, tokens, pieces });
    }
    return { event: 'line-surprise', document, line, nats, tokens };
  }

  return wholeObserver({
    begin(token, end) {
      unshown.push(lines.add(token, null, end).piece);
    },
    *observe(scores, ends, tokens) {
      const pieces = unshown.splice(0);
      const ended: RunEvent[] = [];
      for (const [index, token] of tokens.entries()) {
        const end = ends[index];
        if (end === undefined) continue;
        const { piece, over } = lines.add(token, scores[index] ?? null, end);
        pieces.push(piece);
        if (over !== undefined) ended.push(report(over));
      }
      if (text) yield { event: 'scored-text', document, pieces };
      yield* ended;
    },
    *finish() {
      if (text && unshown.length > 0) yield { event: 'scored-text', document, pieces: unshown };
      const last = lines.end();
      if (last !== undefined) yield report(last);
      for (const ranked of ranking.items) yield { event: 'surprising-line', document, ...ranked };
    },
  });
}
