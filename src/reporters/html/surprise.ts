// What surprises in a text: its most surprising lines as a table, and the text itself, shaded.

import type { SurprisingLine } from '../../engine/events/events.js';
import { countWithNoun, digits, groupDigits } from '../format.js';
import { html, type Markup } from './markup.js';
import { mostShadedTokens, shadeLegend, shaded } from './shaded-text.js';
import { table, type HtmlColumn } from './table.js';

export function linesTable(lines: readonly SurprisingLine[]): Markup | undefined {
  if (lines.length === 0) return undefined;
  const chapters = lines.some(({ chapter }) => typeof chapter === 'string') ? [chapterColumn] : [];
  return html`${table<SurprisingLine>(
    'Most surprising lines',
    [
      { title: 'line', kind: 'number', cell: ({ line }) => groupDigits(line) },
      ...chapters,
      { title: 'nats/token', kind: 'number', cell: ({ natsPerToken }) => digits(natsPerToken, 3) },
      {
        title: 'tokens',
        means: 'scored tokens of the line',
        kind: 'number',
        cell: ({ tokens }) => groupDigits(tokens),
      },
      { title: 'text', kind: 'words', cell: lineText },
    ],
    lines,
    ['nats/token: mean surprise, −ln p, over the scored tokens of the line.'],
  )}
  ${shadeLegend()}`;
}

const chapterColumn: HtmlColumn<SurprisingLine> = {
  title: 'chapter',
  kind: 'words',
  cell: ({ chapter }) => chapter ?? '-',
};

/** Of a long line, only the stretch around its most surprising token is there. */
function lineText({ pieces, tokens }: SurprisingLine): Markup {
  const scored = pieces.filter(({ nats }) => nats !== null).length;
  const excerpt =
    scored < tokens ? html` <small>${groupDigits(scored)} of its ${countWithNoun(tokens, 'token')}</small>` : undefined;
  return html`<span class="text" dir="auto">${shaded(pieces)}</span>${excerpt}`;
}

/** `hidden`: tokens that the page has no room for. */
export function shadedSection(blocks: readonly Markup[], hidden: number): Markup | undefined {
  if (blocks.length === 0 && hidden === 0) return undefined;
  const shaded = groupDigits(mostShadedTokens);
  const rest =
    hidden === 0
      ? undefined
      : html`<p class="note">
          ${countWithNoun(hidden, 'more token')} not shown: a report shades the first ${shaded} tokens.
        </p> `;
  return html`<h3>The text by surprise</h3>
    <p class="note">
      The ground of each token is its surprise, −ln p, in nats: 3 nats is a probability of 1 in 20, 6 nats 1 in 400.
      Point at a token for its figure.
    </p>
    ${shadeLegend()}
    <p class="shaded" dir="auto">${blocks}</p>
    ${rest}`;
}
