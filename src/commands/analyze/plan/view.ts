// What ways to read a document would take, as a table: one line for each.

import type { ModelSummary, PlanRow, RingFigures, RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import {
  byteSize,
  countWithNoun,
  digits,
  duration,
  flopCount,
  groupDigits,
  printable,
} from '../../../reporters/format.js';
import { note, table, type Column } from '../../../reporters/layout.js';
import type { Screen } from '../../../reporters/screen.js';
import { documentColumns, under } from '../../../reporters/csv.js';
import type { TaskView } from '../../run/task-view.js';
import { overviewAccount } from '../count/view.js';

const names: Readonly<Record<PlanRow['approach'], string>> = {
  'one-host': 'one host',
  'layer-split': 'layers split',
  ring: 'ring',
  'zigzag-ring': 'ring, zigzag',
  rolling: 'unspool',
};

const assumptions =
  'Estimates. Times are lower bounds: hosts at 100% of their peak, transfers hidden where they can be. Ring: Liu et ' +
  'al. 2023. Layers split: llama.cpp RPC, 4 batches under way at most. Memory is the ' +
  'weights as they are in the file, an F16 cache and the blocks of a ring, of the host that needs most.';

export function planTable(write: (text: string) => void, { columns }: Screen): Reporter {
  let model: ModelSummary | null = null;
  let rows: PlanRow[] = [];
  let documents = 0;
  return {
    handle(event: RunEvent) {
      if (event.event === 'run-start') model = event.model;
      else if (event.event === 'plan-row') {
        rows.push(event);
        // The last way of each document.
        if (event.approach !== 'rolling') return;
        write(documents === 0 ? '' : '\n');
        write(note(heading(event, model?.name ?? ''), columns));
        write(table(columnsOf(rows), columns));
        for (const conclusion of conclusions(rows)) write(note(conclusion, columns));
        documents += 1;
        rows = [];
      } else if (event.event === 'run-end' && documents > 0) write(note(assumptions, columns));
    },
    close: () => undefined,
  };
}

function heading({ document, tokens, device }: PlanRow, model: string): string {
  const { name, flopsPerSecond, bytesPerSecond, memoryBytes } = device;
  return (
    `${printable(document.name)}: ${countWithNoun(tokens, 'token')} of ${printable(model)}; ${name ?? 'each host'}: ` +
    `${flopCount(flopsPerSecond)}/s, ${byteSize(bytesPerSecond)}/s, ${byteSize(memoryBytes)}`
  );
}

function columnsOf(rows: readonly PlanRow[]): Column[] {
  const column = (title: string, align: Column['align'], cell: (row: PlanRow) => string): Column => ({
    title,
    align,
    cells: rows.map(cell),
  });
  return [
    column('way', 'left', ({ approach }) => names[approach]),
    column('hosts', 'right', ({ hosts }) => groupDigits(hosts)),
    column('cache', 'right', ({ memory }) => byteSize(memory.cache)),
    column('memory', 'right', ({ memory }) => byteSize(memory.total)),
    column('fits', 'left', ({ fits }) => (fits ? 'yes' : 'no')),
    column('work', 'right', ({ flops }) => flopCount(flops)),
    column('least time', 'right', ({ seconds }) => span(seconds)),
    column('all hosts', 'right', ({ hostSeconds }) => span(hostSeconds)),
  ];
}

/** `4.21 s`, `12:05`. */
function span(seconds: number): string {
  if (seconds >= 100) return duration(seconds);
  return seconds > 0 && seconds < 0.001 ? '<0.001 s' : `${digits(seconds, seconds < 1 ? 2 : 3)} s`;
}

function conclusions(rows: readonly PlanRow[]): string[] {
  const [contiguous, zigzag] = rows.flatMap(({ ring }) => ring ?? []);
  const rolling = rows.filter(({ approach }) => approach === 'rolling');
  return [
    ...(contiguous !== undefined && zigzag !== undefined ? [aboutRings(contiguous, zigzag)] : []),
    cheapest(rows),
    ...rolling.map(aboutRolling),
  ];
}

function aboutRings(contiguous: RingFigures, zigzag: RingFigures): string {
  const { blockTokens, leastBlockTokens, leastSequenceTokens, rounds, communicationHidden } = contiguous;
  return (
    `Ring: ${groupDigits(rounds)} rounds of ${countWithNoun(blockTokens, 'token')} a host. Transfers hide behind work from ` +
    `${groupDigits(leastBlockTokens)} on: here they ${communicationHidden ? 'do' : 'do not'}; the paper asks for ` +
    `${groupDigits(leastSequenceTokens)}. Under a causal mask the busiest host has ${digits(contiguous.imbalance, 3)} ` +
    `times the mean attention; in zigzag order ${digits(zigzag.imbalance, 3)} times.`
  );
}

function cheapest(rows: readonly PlanRow[]): string {
  const row = rows.find((each) => each.cheapest);
  if (row === undefined) return 'No exact way fits into the memory.';
  return `Cheapest exact way that fits: ${names[row.approach]}.`;
}

function aboutRolling({ tokens, forgotten, policy }: PlanRow): string {
  const seen = `unspool: ${policy ?? ''}, ${countWithNoun(tokens - forgotten, 'token')} in view`;
  return forgotten === 0 ? `${seen}, nothing forgotten.` : `${seen}, ${groupDigits(forgotten)} forgotten at the end.`;
}

export const planView: TaskView = {
  results: planTable,
  account: overviewAccount,
  csv: {
    columns: [
      ...documentColumns,
      ...['approach', 'policy', 'hosts', ...under('device', 'name', 'flopsPerSecond', 'bytesPerSecond', 'memoryBytes')],
      ...['tokens', 'forgotten', ...under('memory', 'weights', 'cache', 'activations', 'total'), 'fits'],
      ...['flops', 'seconds', 'hostSeconds', 'cheapest'],
      ...under('ring', 'blockTokens', 'leastBlockTokens', 'leastSequenceTokens', 'rounds', 'imbalance'),
      'ring.communicationHidden',
    ],
    rowsOf: (event) => (event.event === 'plan-row' ? [event] : []),
  },
  opening: 'counting',
};
