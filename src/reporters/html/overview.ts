// What documents are, in numbers, as a table: a row for each document and tokenizer.

import type { Overview } from '../../engine/events.js';
import type { TokenCount } from '../../engine/overview.js';
import { byteSize, digits, grouped, printable } from '../format.js';
import { html, type Markup } from './markup.js';
import { table, type Column } from './table.js';

interface Row {
  readonly overview: Overview;
  readonly count: TokenCount;
}

export function overviewTable(overviews: readonly Overview[]): Markup | undefined {
  const rows = overviews.flatMap((overview) => overview.tokens.map((count): Row => ({ overview, count })));
  if (rows.length === 0) return undefined;
  const number = (title: string, cell: (row: Row) => string) => ({ title, kind: 'number', cell }) as const;
  return table<Row>(
    'Documents in numbers',
    [
      { title: 'document', kind: 'words', cell: ({ overview }) => printable(overview.document.name) },
      number('bytes', ({ overview }) => grouped(overview.bytes)),
      number('lines', ({ overview }) => grouped(overview.lines)),
      number('words', ({ overview }) => grouped(overview.words)),
      number('characters', ({ overview }) => grouped(overview.characters)),
      { title: 'tokenizer', kind: 'words', cell: ({ count }) => printable(count.tokenizer) },
      number('tokens', ({ count }) => grouped(count.tokens)),
      number('context', ({ count }) => (count.context.size === null ? 'none' : grouped(count.context.size))),
      number('used', ({ count }) => `${digits(100 * count.context.share, 3)}%`),
      { title: 'takes', kind: 'words', cell: ({ count }) => takes(count) },
      ...(rows.some(({ overview }) => overview.ended !== 'end') ? [endedColumn] : []),
    ],
    rows,
    [
      'bytes: after decompression. context: the smallest common context size that holds the document, and how much of it that takes. takes: the price as input, or the F16 cache that holds the whole document.',
    ],
  );
}

const endedColumn: Column<Row> = {
  title: 'ended',
  kind: 'words',
  cell: ({ overview: { ended, error } }) =>
    ended === 'end' ? '-' : error === null ? ended : `${ended}: ${error.message}`,
};

/** What a text costs, one model a line, or the cache it needs. */
function takes(count: TokenCount): string | Markup {
  if (count.kind === 'model') {
    const beyond = count.fitsTrainedContext === false ? ', beyond the trained context' : '';
    return `${byteSize(count.cacheBytes)} of cache${beyond}`;
  }
  const costs = count.costs.map(
    ({ model, dollars, priceDate }) => html`<li>$${digits(dollars, 3)} ${model} <small>(${priceDate})</small></li>`,
  );
  return costs.length === 0
    ? '-'
    : html`<ul class="plain">
        ${costs}
      </ul>`;
}
