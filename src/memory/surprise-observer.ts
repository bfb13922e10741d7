// The most surprising lines of a document, with the tokens that made them so.

import type { DocumentLabel, RunEvent, ScoredPiece } from '../engine/events.js';
import { wholeObserver, type Observer } from '../engine/observer.js';
import type { Position } from '../engine/token-stream.js';
import { BestFirst } from './best-first.js';
import { LineStretch } from './line-stretch.js';

/** The mean of fewer tokens says little: such lines are not ranked. */
const fewestTokens = 4;

const lineFeed = 0x0a;

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
  const decoder = new TextDecoder();
  const ranking = new BestFirst<RankedLine>(top);
  let line = new OpenLine(1);
  /** The line on which the next token starts, where that is another one. */
  let next: number | undefined;
  /** The first token, until a block shows it. */
  const unshown: ScoredPiece[] = [];

  const pieceOf = (token: number, nats: number | null): ScoredPiece => ({
    // A character that several tokens make up shows at the last of them.
    text: decoder.decode(bytes(token), { stream: true }),
    nats,
  });
  /** A token is of the line on which it starts: one that begins with a line feed tells of the line that it ends. */
  function* take(piece: ScoredPiece, token: number, end: Position): Generator<RunEvent> {
    if (next !== undefined) {
      yield* close();
      line = new OpenLine(next);
    }
    line.add(piece);
    const text = bytes(token);
    const ended = text.at(-1) === lineFeed ? end.lines + 1 : end.lines;
    next = text.includes(lineFeed) ? ended : undefined;
  }
  function* close(): Generator<RunEvent> {
    const { number, tokens, nats } = line;
    if (tokens === 0) return;
    yield { event: 'line-surprise', document, line: number, nats, tokens };
    const natsPerToken = nats / tokens;
    if (tokens >= fewestTokens && ranking.wants(natsPerToken)) {
      ranking.add(natsPerToken, { line: number, natsPerToken, tokens, pieces: line.stretch.pieces });
    }
  }

  return wholeObserver({
    begin(token, end) {
      const piece = pieceOf(token, null);
      unshown.push(piece);
      Array.from(take(piece, token, end));
    },
    *observe(scores, ends, tokens) {
      const pieces = unshown.splice(0);
      const lines: RunEvent[] = [];
      for (const [index, token] of tokens.entries()) {
        const end = ends[index];
        if (end === undefined) continue;
        const piece = pieceOf(token, scores[index] ?? null);
        pieces.push(piece);
        lines.push(...take(piece, token, end));
      }
      if (text) yield { event: 'scored-text', document, pieces };
      yield* lines;
    },
    *finish() {
      if (text && unshown.length > 0) yield { event: 'scored-text', document, pieces: unshown };
      yield* close();
      for (const ranked of ranking.items) yield { event: 'surprising-line', document, ...ranked };
    },
  });
}

interface RankedLine {
  readonly line: number;
  readonly natsPerToken: number;
  readonly tokens: number;
  readonly pieces: readonly ScoredPiece[];
}

class OpenLine {
  readonly stretch = new LineStretch();
  tokens = 0;
  nats = 0;

  constructor(readonly number: number) {}

  add(piece: ScoredPiece): void {
    this.stretch.add(piece);
    if (piece.nats === null) return;
    this.tokens += 1;
    this.nats += piece.nats;
  }
}
