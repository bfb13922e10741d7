// How much longer contexts help, as a table: one line for each doubling of the context.

import type { HorizonRow, RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { fewestBatches } from '../../../engine/surprise.js';
import { countWithNoun, digits, estimate, groupDigits, printable } from '../../../reporters/format.js';
import { note, table, type Column } from '../../../reporters/layout.js';
import { accountReporter } from '../../../reporters/account.js';
import { documentColumns, under } from '../../../reporters/csv.js';
import type { Screen } from '../../../reporters/screen.js';
import type { TaskView } from '../../run/task-view.js';

/** In columns; a quarter of a narrow screen. */
const longestBar = 20;

export function horizonTable(write: (text: string) => void, screen: Screen): Reporter {
  let rows: HorizonRow[] = [];
  let documents = 0;
  const finish = (): void => {
    const [first] = rows;
    if (first === undefined) return;
    write(documents === 0 ? '' : '\n');
    write(
      `${printable(first.document.name)}\n${table(columnsOf(rows, screen), screen.columns)}${notes(first, screen)}`,
    );
    documents += 1;
    rows = [];
  };
  return {
    handle(event: RunEvent) {
      if (event.event === 'horizon-row') rows.push(event);
      else if (event.event === 'document-end') finish();
    },
    close: finish,
  };
}

function columnsOf(rows: readonly HorizonRow[], screen: Screen): Column[] {
  const column = (title: string, align: Column['align'], cell: (row: HorizonRow) => string): Column => ({
    title,
    align,
    cells: rows.map(cell),
  });
  const largest = Math.max(...rows.map(({ gain }) => gain?.natsPerToken ?? 0));
  const barColumns = Math.min(longestBar, Math.floor(screen.columns / 4));
  return [
    column('context', 'right', ({ context }) => contexts(context)),
    column('PPL', 'right', ({ natsPerToken }) => digits(Math.exp(natsPerToken), 4)),
    column('nats/token', 'right', ({ natsPerToken, standardError }) => estimate(natsPerToken, standardError).value),
    column('±', 'right', ({ natsPerToken, standardError }) => estimate(natsPerToken, standardError).error),
    column('gain', 'right', ({ gain }) => gainOf(gain).value),
    column('±', 'right', ({ gain }) => gainOf(gain).error),
    column('', 'left', ({ gain }) => bar(((gain?.natsPerToken ?? 0) / largest) * barColumns)),
  ];
}

/** `16-31`: people count to the last one. */
function contexts([from, to]: HorizonRow['context']): string {
  return to - from === 1 ? groupDigits(from) : `${groupDigits(from)}-${groupDigits(to - 1)}`;
}

function gainOf(gain: HorizonRow['gain']): { value: string; error: string } {
  return gain === null ? { value: '-', error: '-' } : estimate(gain.natsPerToken, gain.standardError);
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** To an eighth of a column; none for a loss. */
function bar(columns: number): string {
  const length = columns > 0 ? Math.round(columns * eighths.length) : 0;
  return '█'.repeat(length / eighths.length) + (eighths[length % eighths.length] ?? '');
}

function notes({ chunks }: HorizonRow, { columns }: Screen): string {
  const text = `context: tokens in front of the scored one. gain: nats per token less than with the contexts of the line above, mean over ${countWithNoun(chunks, 'chunk')}.`;
  const error =
    chunks < fewestBatches
      ? `No errors: they take ${fewestBatches} chunks.`
      : '±: one standard error; gains are paired within chunks.';
  return note(`${text} ${error}`, columns);
}

export const horizonView: TaskView = {
  results: horizonTable,
  account: (write) => accountReporter(write),
  csv: {
    columns: [
      ...documentColumns,
      ...under('context', 'from', 'to'),
      ...['natsPerToken', 'standardError', 'gain.natsPerToken', 'gain.standardError', 'chunks'],
    ],
    rowsOf(event) {
      if (event.event !== 'horizon-row') return [];
      const [from, to] = event.context;
      return [{ ...event, context: { from, to } }];
    },
  },
};
