// A text in which each token's ground says how surprising it was.

import type { ScoredPiece } from '../../engine/events/events.js';
import { escaped, html, Markup } from './markup.js';
import { digits } from '../format.js';

/** Nats from which each shade holds: a probability of 1 in 20, and of each shade before to the power of 2, 3 and 4. */
const shadeBounds = [3, 6, 9, 12] as const;

/** Tokens whose shades a page shows: some 200 book pages, which a browser still scrolls with ease. */
export const mostShadedTokens = 100_000;

/** Pieces one after the other. The nats of each are its title. */
export function shaded(pieces: readonly ScoredPiece[]): Markup {
  return new Markup(pieces.map(shadedPiece).join(''));
}

function shadedPiece({ text, nats }: ScoredPiece): string {
  if (nats === null) return escaped(text);
  const shade = shadeBounds.filter((bound) => nats >= bound).length;
  const style = shade === 0 ? '' : ` class="n${shade}"`;
  return `<span${style} title="${digits(nats, 3)} nats">${escaped(text)}</span>`;
}

export function shadeLegend(): Markup {
  const swatches = shadeBounds.map((bound, index) => {
    const next = shadeBounds[index + 1];
    return html`<li>
      <span class="n${index + 1}">${next === undefined ? `${bound} and more` : `${bound}–${next}`}</span>
    </li>`;
  });
  return html`<ul class="legend" aria-label="shades, in nats">
    <li>nats:</li>
    <li>under ${shadeBounds[0]}</li>
    ${swatches}
  </ul>`;
}

/** A browser lays out only the blocks near the screen. A block ends with a line, or where a line is too long. */
const blockTokens = 512;
const longestBlockTokens = 4096;

/** Collects the shaded text of one document at a time, up to what a page holds in all. */
export class ShadedText {
  #blocks: Markup[] = [];
  #open: ScoredPiece[] = [];
  #shown = 0;
  #hidden = 0;

  add(pieces: readonly ScoredPiece[]): void {
    for (const piece of pieces) {
      if (this.#shown === mostShadedTokens) {
        this.#hidden += 1;
        continue;
      }
      this.#shown += 1;
      this.#open.push(piece);
      const least = piece.text.endsWith('\n') ? blockTokens : longestBlockTokens;
      if (this.#open.length >= least) this.#close();
    }
  }

  #close(): void {
    if (this.#open.length > 0) this.#blocks.push(html`<span class="text">${shaded(this.#open)}</span>`);
    this.#open = [];
  }

  /** The document's text so far in blocks, and how many tokens there was no room for. Starts the next document. */
  take(): { blocks: readonly Markup[]; hidden: number } {
    this.#close();
    const taken = { blocks: this.#blocks, hidden: this.#hidden };
    this.#blocks = [];
    this.#hidden = 0;
    return taken;
  }
}
