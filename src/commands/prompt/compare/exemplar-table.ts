// How good the problems are that a model recalled: shares, with what they are shares of.

import type { ExemplarRow } from '../../../engine/events/events.js';
import { groupDigits, percent } from '../../../reporters/format.js';
import { note, table, type Column } from '../../../reporters/layout.js';
import type { Screen } from '../../../reporters/screen.js';

export function exemplarTable(rows: readonly ExemplarRow[], screen: Screen): string {
  const shares = (title: string, count: (row: ExemplarRow) => number, of: (row: ExemplarRow) => number): Column => ({
    title,
    align: 'right',
    cells: rows.map((row) => (of(row) === 0 ? '-' : `${percent(count(row) / of(row))} of ${groupDigits(of(row))}`)),
  });
  const asked = rows[0]?.asked ?? 0;
  const recalled = ({ recalled: count }: ExemplarRow): number => count;
  const columns: Column[] = [
    { title: 'recalled by', align: 'left', cells: rows.map(({ strategy }) => strategy) },
    { title: 'problems', align: 'right', cells: rows.map((row) => groupDigits(row.recalled)) },
    shares(
      `${asked} as asked`,
      ({ complete }) => complete,
      ({ replies }) => replies,
    ),
    shares('whole', ({ wellFormed }) => wellFormed, recalled),
    shares('distinct', (row) => row.recalled - row.repeated, recalled),
    shares('new', (row) => row.recalled - row.restated, recalled),
    shares(
      'equations hold',
      ({ holding }) => holding,
      ({ equations }) => equations,
    ),
    shares(
      'right',
      ({ right }) => right,
      ({ checked }) => checked,
    ),
  ];
  const texts = [
    'as asked: replies with as many whole problems as asked for. whole: problems with a solution. distinct, new: problems ' +
      `whose words are not those of an earlier one, or of the question (ROUGE-L below ${rows[0]?.threshold ?? 0}).`,
    'equations hold: of the equations of numbers in solutions. right: of the solutions with equations, those where all ' +
      'hold, and the answer that is named is the result of one.',
  ];
  return `${table(columns, screen.columns)}\n${texts.map((text) => note(text, screen.columns)).join('')}`;
}
