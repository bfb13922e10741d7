// What documents are, in numbers, as tables: a row for each document and tokenizer, the total, and what that costs.

import type { Overview } from '../../engine/events/events.js';
import { totalOf, type Cost, type DocumentCounts, type TokenCount } from '../../engine/counting/overview.js';
import { byteSize, contextSize, digits, groupDigits, percent, printable } from '../format.js';
import { html, type Markup } from './markup.js';
import { table, type HtmlColumn } from './table.js';

/** One tokenizer's count of a document. */
interface Row {
  readonly name: string;
  readonly counts: DocumentCounts;
  readonly count: TokenCount;
  /** How the counting ended; empty for a total. */
  readonly ended: string;
}

export function overviewTables(overviews: readonly Overview[]): Markup | undefined {
  if (overviews.length === 0) return undefined;
  const rows = overviews.flatMap((overview) => rowsOf(overview, overview.document.name, endingOf(overview)));
  const total = totalOf(overviews);
  if (overviews.length > 1) rows.push(...rowsOf(total, 'total', ''));
  const notes = [
    'bytes: after decompression. Words, characters and tokens are those of the text as a model is given it. fits in: the smallest common context size that holds the document, in tokens; used: how much of it that takes.',
  ];
  if (rows.some(({ count }) => count.kind === 'model'))
    notes.push(
      'KV cache: F16, for the whole document. trained on: the model’s trained context, in tokens; no: the document is longer.',
    );
  return html`${table('Documents in numbers', columnsFor(rows), rows, notes)} ${costTable(total)}`;
}

function rowsOf(counts: DocumentCounts, name: string, ended: string): Row[] {
  return counts.tokens.map((count) => ({ name: printable(name), counts, count, ended }));
}

function endingOf({ ended, error }: Overview): string {
  if (ended === 'end') return '-';
  return error === null ? ended : `${ended}: ${error.message}`;
}

function columnsFor(rows: readonly Row[]): HtmlColumn<Row>[] {
  const number = (title: string, cell: (row: Row) => string): HtmlColumn<Row> => ({ title, kind: 'number', cell });
  const columns: HtmlColumn<Row>[] = [
    { title: 'document', kind: 'words', cell: ({ name }) => name },
    number('bytes', ({ counts }) => groupDigits(counts.bytes)),
    number('lines', ({ counts }) => groupDigits(counts.lines)),
    number('words', ({ counts }) => groupDigits(counts.words)),
    number('characters', ({ counts }) => groupDigits(counts.characters)),
    number('tokens', ({ count }) => groupDigits(count.tokens)),
    { title: 'tokenizer', kind: 'words', cell: ({ count }) => printable(count.tokenizer) },
    number('fits in', ({ count }) => contextSize(count.context.size)),
    number('used', ({ count }) => percent(count.context.share)),
  ];
  if (rows.some(({ count }) => count.kind === 'model')) {
    columns.push(
      number('KV cache', ({ count }) => (count.kind === 'model' ? byteSize(count.cacheBytes) : '-')),
      number('trained on', ({ count }) => (count.kind === 'model' ? trainedContext(count) : '-')),
    );
  }
  if (rows.some(({ ended }) => ended !== '-' && ended !== ''))
    columns.push({ title: 'ended', kind: 'words', cell: ({ ended }) => ended });
  return columns;
}

function trainedContext({ trainedContext, fitsTrainedContext }: Extract<TokenCount, { kind: 'model' }>): string {
  if (trainedContext === null) return 'unknown';
  return `${groupDigits(trainedContext)}${fitsTrainedContext === true ? '' : ': no'}`;
}

function costTable({ tokens }: DocumentCounts): Markup | undefined {
  const costs = tokens.flatMap((count) => (count.kind === 'encoding' && count.tokens > 0 ? count.costs : []));
  const [first] = costs;
  if (first === undefined) return undefined;
  return table<Cost>(
    'What that costs as input',
    [
      { title: 'model', kind: 'words', cell: ({ model }) => model },
      {
        title: 'cost',
        kind: 'number',
        cell: ({ dollars }) => `$${dollars >= 1 ? dollars.toFixed(2) : digits(dollars, 3)}`,
      },
      {
        title: 'per 1M tokens',
        kind: 'number',
        cell: ({ dollarsPerMillionTokens }) => `$${dollarsPerMillionTokens.toFixed(2)}`,
      },
    ],
    costs,
    [`At OpenAI’s list prices of ${first.priceDate}.`],
  );
}
