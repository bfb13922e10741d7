// Perplexity as a table: one line per document, and their total; a record of each where there is no room.

import type { Perplexity, RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { digits, estimate, printable } from '../../../reporters/format.js';
import { accountReporter } from '../../../reporters/account.js';
import { documentColumns, under } from '../../../reporters/csv.js';
import { note, record } from '../../../reporters/layout.js';
import type { TaskView } from '../../run/task-view.js';

const chunkedError =
  "±: llama.cpp's formula, which takes tokens as independent and is too small on prose; --protocol rolling gives one " +
  'by batch means.';

const titles = ['PPL', '±', 'nats/token', 'bits/byte', 'tokens'];
const widths = [7, 6, 10, 9, 8];
const header = row(titles, 'protocol and policy', 'document');
/** The name of a document may go on in the next line. */
const fewestColumns = header.indexOf('document') - 2;

/** `columns`: on which a row that does not fit becomes a record, and that the note below keeps to. */
export function perplexityTable(write: (text: string) => void, columns = Infinity): Reporter {
  let documents = 0;
  const show = (perplexity: Perplexity, name: string): void => {
    const { cells, protocol } = figures(perplexity);
    if (columns >= fewestColumns) write(row(cells, protocol, name));
    else
      write(
        record(name, [...titles.map((title, index) => [title, cells[index] ?? ''] as const), ['protocol', protocol]]),
      );
  };
  return {
    handle(event: RunEvent) {
      if (event.event === 'document-end') {
        if (event.perplexity === null || (event.account.tokens.read === 0 && event.error !== null)) return;
        if (documents === 0 && columns >= fewestColumns) write(header);
        documents += 1;
        show(event.perplexity, printable(event.document.name));
      } else if (event.event === 'run-end' && documents > 0 && event.perplexity !== null) {
        if (documents > 1) show(event.perplexity, 'total');
        if (event.perplexity.protocol === 'chunked' && event.perplexity.tokens > 0) write(note(chunkedError, columns));
      }
    },
    close: () => undefined,
  };
}

function figures(perplexity: Perplexity): { readonly cells: readonly string[]; readonly protocol: string } {
  const { value, error } = estimate(perplexity.value, perplexity.standardError);
  const { natsPerToken, bitsPerByte, tokens } = perplexity;
  const method = perplexity.protocol === 'rolling' ? perplexity.policy : perplexity.chunk;
  return {
    cells: [value, error, digits(natsPerToken, 4), digits(bitsPerByte, 4), String(tokens)],
    protocol: `${perplexity.protocol} ${method}`,
  };
}

function row(cells: readonly string[], protocol: string, name: string): string {
  const numbers = cells.map((cell, index) => cell.padStart(widths[index] ?? 0));
  return `${numbers.join('  ')}  ${protocol.padEnd(22)}  ${name}\n`;
}

export const perplexityView: TaskView = {
  results: (write, { columns }) => perplexityTable(write, columns),
  account: (write) => accountReporter(write, { perplexityShown: true }),
  csv: {
    columns: [
      ...documentColumns,
      ...under('perplexity', 'protocol', 'policy', 'chunk', 'value', 'standardError', 'natsPerToken', 'bitsPerByte'),
      ...under('perplexity', 'tokens', 'batches', 'batchTokens', 'chunks'),
      ...under('account', 'bytes', 'lines', 'skippedLines', 'skippedBytes', 'invalidBytes', 'controlCharacters'),
      ...under('account.tokens', 'read', 'scored', 'evicted', 'inView', 'skipped'),
      'ended',
    ],
    rowsOf: (event) => (event.event === 'document-end' ? [event] : []),
  },
};
