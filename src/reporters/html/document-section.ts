// The part of the page that one document has.

import type { DocumentEnd, DocumentLabel } from '../../engine/events/events.js';
import { countWithNoun, endings, groupDigits, printable } from '../format.js';
import type { Chart } from '../svg/chart.js';
import type { DocumentFigures } from '../svg/document-figures.js';
import { attentionTables } from './attention.js';
import { comparisonTable } from './comparison.js';
import { horizonTable } from './horizon.js';
import { html, Markup } from './markup.js';
import { linesTable, shadedSection } from './surprise.js';

/** Draws a chart at a width in pixels. */
export type Draw = (chart: Chart, width: number) => Promise<string>;

export interface DocumentParts {
  readonly document: DocumentLabel;
  readonly figures: DocumentFigures;
  /** The shaded text. */
  readonly blocks: readonly Markup[];
  /** Tokens that the page has no room for. */
  readonly hidden: number;
  /** Undefined where the run broke off. */
  readonly end: DocumentEnd | undefined;
}

/** Widths that charts are drawn for, in pixels: beside a margin, and on a phone. */
const largeScreen = 960;
const smallScreen = 340;

export async function documentSection(parts: DocumentParts, draw: Draw): Promise<Markup> {
  const { document, figures, blocks, hidden, end } = parts;
  const drawn: Markup[] = [];
  for (const chart of figures.charts()) drawn.push(await figure(chart, draw));
  return html`<section>
    <h2>${printable(document.name)}</h2>
    ${end === undefined ? undefined : accountOf(end)} ${comparisonTable(figures.comparison)}
    ${horizonTable(figures.horizon)} ${linesTable(figures.lines)} ${drawn} ${attentionTables(figures.heads)}
    ${shadedSection(blocks, hidden)}
  </section> `;
}

async function figure(chart: Chart, draw: Draw): Promise<Markup> {
  const large = new Markup(await draw(chart, largeScreen));
  const small = new Markup(await draw(chart, smallScreen));
  return html`<figure>
    <figcaption><strong>${chart.title}</strong> <span>${chart.caption}</span></figcaption>
    <div class="large-screen">${large}</div>
    <div class="small-screen">${small}</div>
  </figure> `;
}

/** Where every token of the document went. */
function accountOf({ account, ended, error }: DocumentEnd): Markup {
  const { bytes, lines, tokens } = account;
  const failure = error === null ? undefined : html`<p class="alert" role="note">${error.message}</p>`;
  // prettier-ignore
  return html`<p class="account">
      ${countWithNoun(bytes, 'byte')}, ${countWithNoun(lines, 'line')}${endings[ended]}. ${countWithNoun(tokens.read, 'token')} read =
      ${groupDigits(tokens.inView)} in view + ${groupDigits(tokens.evicted)} forgotten + ${groupDigits(tokens.skipped)} skipped;
      ${groupDigits(tokens.scored)} scored.
    </p>
    ${failure}`;
}
