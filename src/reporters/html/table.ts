// A table of figures: the first column names the row, numbers are aligned to the right.

import { html, Markup } from './markup.js';

export interface HtmlColumn<Row> {
  readonly title: string;
  /** What the title means, where it is short. */
  readonly means?: string;
  readonly kind: 'number' | 'words';
  readonly cell: (row: Row) => string | Markup;
}

/** `caption`: what the table shows; `notes`: protocol, units and errors, below it. */
export function table<Row>(
  caption: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  notes: readonly (string | Markup)[] = [],
): Markup {
  const heads = columns.map(
    ({ title, kind, means }) =>
      html`<th scope="col" class="${kind}">
        ${means === undefined ? title : html`<abbr title="${means}">${title}</abbr>`}
      </th>`,
  );
  const body = rows.map((row) => {
    const [name, ...others] = columns;
    const cells = others.map(({ kind, cell }) => html`<td class="${kind}">${cell(row)}</td>`);
    return html`<tr>
      ${name === undefined ? undefined : html`<th scope="row" class="${name.kind}">${name.cell(row)}</th>`}${cells}
    </tr> `;
  });
  const below = notes.map((note) => html`<p class="note">${note}</p> `);
  // Wider than the screen, it scrolls in its own box, by keyboard too.
  return html`<div class="table" role="region" tabindex="0" aria-label="${caption}">
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${below}`;
}
