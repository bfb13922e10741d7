// A line in pieces; of a long one, the excerpt around its most surprising piece.

import type { ScoredPiece } from '../../engine/events/events.js';

/** Pieces on each side of the most surprising one; a line of up to twice as many is kept whole. */
const around = 40;

/** Memory does not grow with the line. */
export class LineExcerpt {
  readonly #start: ScoredPiece[] = [];
  #recent: ScoredPiece[] = [];
  #excerpt: ScoredPiece[] = [];
  #most = -Infinity;
  #following = 0;
  #length = 0;

  add(piece: ScoredPiece): void {
    this.#length += 1;
    if (this.#start.length < 2 * around) this.#start.push(piece);
    if ((piece.nats ?? 0) > this.#most) {
      this.#most = piece.nats ?? 0;
      this.#excerpt = [...this.#recent, piece];
      this.#following = 0;
    } else if (this.#following < around) {
      this.#excerpt.push(piece);
      this.#following += 1;
    }
    this.#recent = [...this.#recent.slice(1 - around), piece];
  }

  get pieces(): readonly ScoredPiece[] {
    return this.#length <= this.#start.length ? this.#start : this.#excerpt;
  }
}
