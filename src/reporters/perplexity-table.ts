// Perplexity as a table: one line per document, and their total.

import type { Perplexity, RunEvent } from '../engine/events.js';
import type { Reporter } from '../engine/reporter.js';
import { digits, estimate, printable } from './format.js';
import { note } from './layout.js';

const chunkedError =
  "±: llama.cpp's formula, which takes tokens as independent and is too small on prose; --protocol rolling gives one " +
  'by batch means.';

const header = row(['PPL', '±', 'nats/token', 'bits/byte', 'tokens'], 'protocol and policy', 'document');

/** `columns`: that the note below keeps to. */
export function perplexityTable(write: (text: string) => void, columns = Infinity): Reporter {
  let documents = 0;
  return {
    handle(event: RunEvent) {
      if (event.event === 'document-end') {
        if (event.perplexity === null || (event.account.tokens.read === 0 && event.error !== null)) return;
        if (documents === 0) write(header);
        documents += 1;
        write(figures(event.perplexity, printable(event.document.name)));
      } else if (event.event === 'run-end' && documents > 0 && event.perplexity !== null) {
        if (documents > 1) write(figures(event.perplexity, 'total'));
        if (event.perplexity.protocol === 'chunked' && event.perplexity.tokens > 0) write(note(chunkedError, columns));
      }
    },
    close: () => undefined,
  };
}

function figures(perplexity: Perplexity, name: string): string {
  const { value, error } = estimate(perplexity.value, perplexity.standardError);
  const { natsPerToken, bitsPerByte, tokens } = perplexity;
  const method = perplexity.protocol === 'rolling' ? perplexity.policy : perplexity.chunk;
  return row(
    [value, error, digits(natsPerToken, 4), digits(bitsPerByte, 4), String(tokens)],
    `${perplexity.protocol} ${method}`,
    name,
  );
}

function row(cells: readonly string[], protocol: string, name: string): string {
  const widths = [7, 6, 10, 9, 8];
  const numbers = cells.map((cell, index) => cell.padStart(widths[index] ?? 0));
  return `${numbers.join('  ')}  ${protocol.padEnd(22)}  ${name}\n`;
}
