// Aliases of models, and what they stand for.

import type { ModelAlias } from '../../../engine/events/model-events.js';
import { printable } from '../../../reporters/format.js';
import { table } from '../../../reporters/layout.js';

/** Empty where there are none. */
export function aliasTable(aliases: readonly ModelAlias[], columns: number): string {
  if (aliases.length === 0) return '';
  const cells = (of: (alias: ModelAlias) => string): string[] => aliases.map((alias) => printable(of(alias)));
  return table(
    [
      { title: 'alias', align: 'left', cells: cells(({ alias }) => alias) },
      { title: 'model', align: 'left', cells: cells(({ reference }) => reference) },
      { title: 'file', align: 'left', cells: cells(({ path }) => path ?? 'not here') },
    ],
    columns,
  );
}
