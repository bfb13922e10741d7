// Cuts scored tokens into the lines on which they start, with the text of each.

import type { ScoredPiece } from '../../engine/events/events.js';
import type { Position } from '../../engine/tokens/token-stream.js';
import { LineExcerpt } from './line-excerpt.js';

/** The mean of fewer tokens says little: such lines are not ranked. */
export const fewestTokens = 4;

const lineFeed = 0x0a;

export interface ScoredLine {
  /** 1-based. */
  readonly line: number;
  readonly nats: number;
  /** Scored tokens. */
  readonly tokens: number;
  /** Of a long line, the excerpt around its most surprising token. */
  readonly pieces: readonly ScoredPiece[];
}

/** A token is of the line on which it starts: one that begins with a line feed tells of the line that it ends. */
export class ScoredLines {
  readonly #bytes: (token: number) => Uint8Array;
  readonly #decoder = new TextDecoder();
  #line: OpenLine;
  /** The line on which the next token starts, where that is another one. */
  #next: number | undefined;

  /** `bytes`: of a token's text. `line`: that of the first token. */
  constructor(bytes: (token: number) => Uint8Array, line = 1) {
    this.#bytes = bytes;
    this.#line = new OpenLine(line);
  }

  /** Takes a token, its nats, null where it was not scored, and the position after it. Returns a line that is over. */
  add(token: number, nats: number | null, end: Position): { readonly piece: ScoredPiece; readonly over?: ScoredLine } {
    const bytes = this.#bytes(token);
    // A character that several tokens make up shows at the last of them.
    const piece = { text: this.#decoder.decode(bytes, { stream: true }), nats };
    const over = this.#next === undefined ? undefined : this.end();
    if (this.#next !== undefined) this.#line = new OpenLine(this.#next);
    this.#line.add(piece);
    const ended = bytes.at(-1) === lineFeed ? end.lines + 1 : end.lines;
    this.#next = bytes.includes(lineFeed) ? ended : undefined;
    return { piece, ...(over !== undefined && { over }) };
  }

  /** The line in hand; undefined where none of its tokens was scored. */
  end(): ScoredLine | undefined {
    const { number: line, nats, tokens, excerpt } = this.#line;
    return tokens === 0 ? undefined : { line, nats, tokens, pieces: excerpt.pieces };
  }
}

class OpenLine {
  readonly excerpt = new LineExcerpt();
  tokens = 0;
  nats = 0;

  constructor(readonly number: number) {}

  add(piece: ScoredPiece): void {
    this.excerpt.add(piece);
    if (piece.nats === null) return;
    this.tokens += 1;
    this.nats += piece.nats;
  }
}
