// Perplexity of each document as a table, with its protocol and where its error comes from.

import type { Perplexity } from '../../engine/events/events.js';
import { fewestBatches } from '../../engine/surprise.js';
import { countWithNoun, digits, estimate, groupDigits, printable } from '../format.js';
import type { Markup } from './markup.js';
import { table } from './table.js';

export interface NamedPerplexity {
  readonly name: string;
  readonly perplexity: Perplexity;
}

export function perplexityTable(rows: readonly NamedPerplexity[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  return table<NamedPerplexity>(
    'Perplexity',
    [
      { title: 'document', kind: 'words', cell: ({ name }) => printable(name) },
      {
        title: 'PPL',
        means: 'perplexity: exp(nats per token)',
        kind: 'number',
        cell: ({ perplexity }) => figures(perplexity).value,
      },
      { title: '±', means: 'one standard error', kind: 'number', cell: ({ perplexity }) => figures(perplexity).error },
      { title: 'nats/token', kind: 'number', cell: ({ perplexity }) => digits(perplexity.natsPerToken, 4) },
      { title: 'bits/byte', kind: 'number', cell: ({ perplexity }) => digits(perplexity.bitsPerByte, 4) },
      {
        title: 'tokens',
        means: 'scored tokens',
        kind: 'number',
        cell: ({ perplexity }) => groupDigits(perplexity.tokens),
      },
      { title: 'protocol', kind: 'words', cell: ({ perplexity }) => protocol(perplexity) },
    ],
    rows,
    notes(rows.map(({ perplexity }) => perplexity)),
  );
}

function figures({ value, standardError }: Perplexity): { value: string; error: string } {
  return estimate(value, standardError);
}

function protocol(perplexity: Perplexity): string {
  return perplexity.protocol === 'rolling'
    ? `rolling ${perplexity.policy}`
    : `chunked ${groupDigits(perplexity.chunk)}`;
}

/** What the figures are, and why an error is missing. */
function notes(all: readonly Perplexity[]): string[] {
  const texts: string[] = [];
  const rolling = all.filter((each) => each.protocol === 'rolling');
  if (rolling.length > 0) {
    texts.push('rolling: one pass, the cache never reset; every token that has something in front of it is scored.');
    const [first] = rolling;
    if (rolling.some(({ standardError }) => standardError !== null))
      texts.push(
        `±: one standard error, by batch means over batches of ${countWithNoun(first?.batchTokens ?? 0, 'token')}.`,
      );
    if (rolling.some(({ standardError, tokens }) => standardError === null && tokens > 0))
      texts.push(
        `No error where there are fewer than ${fewestBatches} batches of ${countWithNoun(first?.batchTokens ?? 0, 'token')}.`,
      );
  }
  if (all.some((each) => each.protocol === 'chunked')) {
    texts.push(
      'chunked: disjoint chunks, each in an empty cache, the second half of each scored, as llama.cpp’s llama-perplexity does. ±: llama.cpp’s standard error, which takes tokens to be independent.',
    );
  }
  return texts;
}
