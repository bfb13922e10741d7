// Policies side by side as a table: how each did, whether it differs from the first, and what it took.

import type { ComparisonRow, PairedDifference } from '../../engine/events/events.js';
import { fewestBatches } from '../../engine/surprise.js';
import {
  byteSize,
  countWithNoun,
  digits,
  estimate,
  groupDigits,
  probability,
  shortEndings,
  signed,
} from '../format.js';
import { html, type Markup } from './markup.js';
import { table, type HtmlColumn } from './table.js';

export function comparisonTable(rows: readonly ComparisonRow[]): Markup | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  return html`${table('Policies side by side', [policy, ...scores], rows, notes(first, rows))}
  ${table('What each policy took', [policy, ...costs, ...(rows.some(({ ended }) => ended !== 'end') ? [end] : [])], rows)}`;
}

const policy: HtmlColumn<ComparisonRow> = {
  title: 'policy',
  kind: 'words',
  cell: ({ perplexity }) => perplexity.policy,
};

const scores: readonly HtmlColumn<ComparisonRow>[] = [
  { title: 'PPL', means: 'perplexity', kind: 'number', cell: ({ perplexity }) => perplexityOf(perplexity).value },
  {
    title: '±',
    means: 'one standard error',
    kind: 'number',
    cell: ({ perplexity }) => perplexityOf(perplexity).error,
  },
  { title: 'nats/token', kind: 'number', cell: ({ perplexity }) => digits(perplexity.natsPerToken, 4) },
  { title: 'bits/byte', kind: 'number', cell: ({ perplexity }) => digits(perplexity.bitsPerByte, 4) },
  {
    title: 'nats vs first',
    means: 'nats per token minus those of the first policy',
    kind: 'number',
    cell: ({ difference }) => signed(difference).value,
  },
  { title: '±', means: 'one standard error', kind: 'number', cell: ({ difference }) => signed(difference).error },
  { title: 'p', means: 'Holm-adjusted', kind: 'number', cell: ({ difference }) => probability(difference) },
  { title: 'verdict', kind: 'words', cell: ({ difference }) => verdict(difference) },
];

const costs: readonly HtmlColumn<ComparisonRow>[] = [
  { title: 'scored', means: 'tokens', kind: 'number', cell: ({ perplexity }) => groupDigits(perplexity.tokens) },
  { title: 'evicted', means: 'tokens', kind: 'number', cell: ({ evicted }) => groupDigits(evicted) },
  { title: 'tokens/s', kind: 'number', cell: ({ tokensPerSecond }) => groupDigits(tokensPerSecond) },
  { title: 'peak memory', kind: 'number', cell: ({ peakMemoryBytes }) => byteSize(peakMemoryBytes) },
];

const end: HtmlColumn<ComparisonRow> = { title: 'ended', kind: 'words', cell: ({ ended }) => shortEndings[ended] };

function perplexityOf({ value, standardError }: ComparisonRow['perplexity']): { value: string; error: string } {
  return estimate(value, standardError);
}

function verdict(difference: PairedDifference | null): string | Markup {
  if (difference === null) return '-';
  return difference.verdict === 'no evidence' ? difference.verdict : html`<strong>${difference.verdict}</strong>`;
}

function notes(first: ComparisonRow, rows: readonly ComparisonRow[]): string[] {
  const { policy, batchTokens } = first.perplexity;
  const batches = countWithNoun(batchTokens, 'token');
  const texts = [
    `Rolling protocol: one pass under each policy, the cache never reset. ±: one standard error, by batch means over batches of ${batches}.`,
  ];
  if (rows.some(({ difference }) => difference !== null)) {
    texts.push(
      `nats vs first: nats per token minus those of ${policy}, over the batches that both scored; lower is better. p: two-sided paired t-test, Holm-adjusted; the verdict is at 0.05.`,
    );
  }
  const untested = rows.slice(1).filter(({ difference }) => difference === null);
  if (untested.length > 0) {
    const names = untested.map(({ perplexity }) => perplexity.policy).join(', ');
    texts.push(`No test of ${names}: it takes ${fewestBatches} batches of ${batches} scored under both policies.`);
  }
  return texts;
}
