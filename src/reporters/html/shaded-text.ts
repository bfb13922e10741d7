// A text in which each token's ground says how surprising it was.

import type { ScoredPiece } from '../../engine/events.js';
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

/** Collects the shaded text of one document at a time, up to what a page holds in all. */
export class ShadedText {
  #parts: string[] = [];
  #shown = 0;
  #hidden = 0;

  add(pieces: readonly ScoredPiece[]): void {
    const room = Math.max(0, mostShadedTokens - this.#shown);
    const shown = pieces.slice(0, room);
    this.#parts.push(shaded(shown).text);
    this.#shown += shown.length;
    this.#hidden += pieces.length - shown.length;
  }

  /** The document's text so far, and how many tokens there was no room for. Starts the next document. */
  take(): { text: Markup; hidden: number } {
    const taken = { text: new Markup(this.#parts.join('')), hidden: this.#hidden };
    this.#parts = [];
    this.#hidden = 0;
    return taken;
  }
}
