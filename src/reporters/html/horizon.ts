// How much context helps as a table: one row for each doubling.

import type { HorizonRow } from '../../engine/events/events.js';
import { fewestBatches } from '../../engine/surprise.js';
import { countWithNoun, digits, estimate, groupDigits } from '../format.js';
import type { Markup } from './markup.js';
import { table } from './table.js';

export function horizonTable(rows: readonly HorizonRow[]): Markup | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const error = rows.some(({ standardError }) => standardError !== null)
    ? '±: one standard error over chunks; gains are paired within chunks.'
    : `No errors: they take ${fewestBatches} chunks.`;
  return table<HorizonRow>(
    'Surprise by context',
    [
      {
        title: 'context',
        means: 'tokens in front of the scored one',
        kind: 'number',
        cell: ({ context }) => contexts(context),
      },
      {
        title: 'PPL',
        means: 'perplexity',
        kind: 'number',
        cell: ({ natsPerToken }) => digits(Math.exp(natsPerToken), 4),
      },
      {
        title: 'nats/token',
        kind: 'number',
        cell: ({ natsPerToken, standardError }) => estimate(natsPerToken, standardError).value,
      },
      {
        title: '±',
        means: 'one standard error',
        kind: 'number',
        cell: ({ natsPerToken, standardError }) => estimate(natsPerToken, standardError).error,
      },
      {
        title: 'gain',
        means: 'nats per token less than in the row above',
        kind: 'number',
        cell: ({ gain }) => gainOf(gain).value,
      },
      { title: '±', means: 'one standard error', kind: 'number', cell: ({ gain }) => gainOf(gain).error },
    ],
    rows,
    [
      `context: tokens in front of the scored one. gain: nats per token less than with the contexts of the row above. Means over ${countWithNoun(first.chunks, 'chunk')}, each in an empty cache. ${error}`,
    ],
  );
}

function contexts([from, to]: HorizonRow['context']): string {
  return to - from === 1 ? groupDigits(from) : `${groupDigits(from)}–${groupDigits(to - 1)}`;
}

function gainOf(gain: HorizonRow['gain']): { value: string; error: string } {
  return gain === null ? estimate(null, null) : estimate(gain.natsPerToken, gain.standardError);
}
