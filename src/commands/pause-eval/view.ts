// Pauses side by side: how each number of them did, whether it differs from none, what it costs.

import type {
  Condition,
  ConditionDifference,
  ControlResult,
  PauseText,
  RunEvent,
  TaskEnd,
  TaskStart,
} from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import {
  byteSize,
  countWithNoun,
  digits,
  duration,
  formatScore,
  groupDigits,
  printable,
  signedScore,
} from '../../reporters/format.js';
import { note, table, type Column } from '../../reporters/layout.js';
import { pausePlot } from './plot.js';
import { stylesOf, type Screen } from '../../reporters/screen.js';
import { under, withEnds } from '../../reporters/csv.js';
import type { TaskView } from '../run/task-view.js';

/** A table and a plot for each task, place and thinking, once the last task is done: the verdicts hold for all together. */
export function pauseTable(write: (text: string) => void, screen: Screen): Reporter {
  const starts = new Map<number, TaskStart>();
  const rows: Condition[] = [];
  const controls: ControlResult[] = [];
  return {
    handle(event: RunEvent) {
      if (event.event === 'task-start') starts.set(event.task.index, event);
      else if (event.event === 'condition') rows.push(event);
      else if (event.event === 'control') controls.push(event);
      else if (event.event === 'run-end' && rows.length > 0) {
        const cells = cellsOf(rows).map((cell) => cellText(cell, starts.get(cell[0].task.index)?.pause, screen));
        write([...cells, notes(rows, screen), controlText(controls, screen)].filter((text) => text !== '').join('\n'));
      }
    },
    close: () => undefined,
  };
}

/** Conditions of one task, place and thinking: what is compared with each other. */
type Cell = readonly [Condition, ...Condition[]];

function cellsOf(rows: readonly Condition[]): Cell[] {
  const cells = new Map<string, [Condition, ...Condition[]]>();
  for (const row of rows) {
    const key = `${row.task.index} ${row.place} ${row.thinking}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [row]);
    else cell.push(row);
  }
  return [...cells.values()];
}

const places = {
  append: 'after the prompt',
  prepend: 'in front of the prompt',
  'before-answer': 'before the answer marker',
} as const;

function cellText(cell: Cell, pause: PauseText | undefined, screen: Screen): string {
  const [{ task, model, place, thinking, examples }] = cell;
  const what = `${JSON.stringify(pause?.text ?? '')} ${places[place]}`;
  const thinks = thinking === 'aloud' ? ', then it thinks aloud' : '';
  const heading = `${model}, pauses are ${what}${thinks}; ${countWithNoun(examples, 'example')}`;
  const plot = pausePlot(cell, screen.columns, stylesOf(screen));
  return `${printable(task.name)}\n${note(printable(heading), screen.columns)}${table(columnsOf(cell, screen), screen.columns)}\n${plot}`;
}

function columnsOf(cell: Cell, screen: Screen): Column[] {
  const numbers = (title: string, text: (row: Condition) => string): Column => ({
    title,
    align: 'right',
    cells: cell.map(text),
  });
  const [{ metric }] = cell;
  const score = (value: number): string => formatScore(value, metric);
  const difference = (text: (difference: ConditionDifference) => string) => (row: Condition) =>
    row.difference === null ? '-' : text(row.difference);
  return [
    numbers('pauses', ({ pauses }) => groupDigits(pauses)),
    numbers(metric === 'accuracy' ? 'right' : 'nats', ({ value }) => score(value)),
    numbers('95% interval', ({ interval }) => (interval === null ? '-' : interval.map(score).join(' to '))),
    numbers(
      'vs 0',
      difference(({ value }) => signedScore(value, metric)),
    ),
    numbers(
      'interval',
      difference(({ interval }) => interval.map((end) => signedScore(end, metric)).join(' to ')),
    ),
    numbers(
      'p',
      difference(({ pValue }) => (pValue < 0.001 ? '<0.001' : pValue.toFixed(3))),
    ),
    {
      title: 'verdict',
      align: 'left',
      cells: cell.map(difference(({ verdict }) => styledVerdict(verdict, screen))),
    },
    numbers(
      'detectable',
      difference(({ detectable }) => (detectable === null ? '-' : score(detectable))),
    ),
    numbers('tokens', ({ cost }) => digits(cost.tokens, 3)),
    numbers('time', ({ cost }) => `${digits(cost.seconds * 1000, 2)} ms`),
  ];
}

function styledVerdict(verdict: ConditionDifference['verdict'], screen: Screen): string {
  const { green, red } = stylesOf(screen);
  if (verdict === 'no evidence') return verdict;
  return (verdict === 'helps' ? green : red)(verdict);
}

/** What the figures are. */
function notes(rows: readonly Condition[], screen: Screen): string {
  const compared = rows.flatMap(({ difference }) => difference ?? []);
  const metrics = new Set(rows.map(({ metric }) => metric));
  const tests = [
    ...(metrics.has('accuracy') ? ["McNemar's exact test, Newcombe's interval"] : []),
    ...(metrics.has('log-probability') ? ['paired bootstrap'] : []),
  ].join('; ');
  const [first] = compared;
  const texts = ['tokens, time: of one example under this condition, beside the prefix that all share.'];
  if (first === undefined) texts.unshift('No comparison: there are too few examples.');
  else {
    texts.unshift(
      `vs 0: ${metrics.has('accuracy') ? 'percentage points' : 'nats'} more than without pauses, on the same examples. ` +
        `${tests}; p is Holm-adjusted, the interval of ${(first.level * 100).toFixed(2)}%, over ${countWithNoun(compared.length, 'comparison')}: ` +
        'all verdicts hold together, at 0.05.',
      'detectable: the smallest difference that so many examples would have shown with a chance of 80%.',
    );
  }
  return texts.map((text) => note(text, screen.columns)).join('');
}

function controlText(controls: readonly ControlResult[], screen: Screen): string {
  if (controls.length === 0) return '';
  const { green, red } = stylesOf(screen);
  const lines = controls.map(({ task, model, expected, holds }) => {
    const expectation = expected === 'helps' ? 'pauses should help' : 'no pauses should help';
    return note(
      `${holds ? green('as it should be') : red('WRONG')}: ${printable(task.name)} of ${printable(model)}, ${expectation}`,
      screen.columns,
    );
  });
  return `Controls\n${lines.join('')}`;
}

/** What the run took, for standard error. */
export function pauseAccount(write: (text: string) => void): Reporter {
  let tokens = 0;
  let examples = 0;
  return {
    handle(event: RunEvent) {
      if (event.event === 'task-end') {
        tokens += event.tokens;
        examples += event.examples;
        write(taskAccount(event));
      } else if (event.event === 'run-end' && (event.status !== 'failed' || examples > 0)) {
        const state = event.status === 'interrupted' ? 'interrupted after' : 'in';
        write(
          `${countWithNoun(tokens, 'token')} evaluated ${state} ${duration(event.seconds)}, peak memory ${byteSize(event.peakMemoryBytes)}\n`,
        );
      }
    },
    close: () => undefined,
  };
}

const endings = { end: '', interrupted: ', until interrupted', failed: ', then it failed' } as const;

function taskAccount({ task, examples, resumed, skipped, streamed, tokens, ended }: TaskEnd): string {
  const parts = [
    `${printable(task.name)}: ${countWithNoun(examples, 'example')}${endings[ended]}`,
    ...(resumed > 0 ? [`${groupDigits(resumed)} from an earlier run`] : []),
    ...(skipped > 0 ? [`${countWithNoun(skipped, 'bad line')} left out`] : []),
    ...(streamed > 0 ? [`${groupDigits(streamed)} longer than the context, streamed`] : []),
    `${countWithNoun(tokens, 'token')} evaluated`,
  ];
  return `${parts.join(', ')}\n`;
}

export const pauseView: TaskView = {
  results: pauseTable,
  account: pauseAccount,
  csv: {
    columns: [
      ...[...under('task', 'index', 'name'), 'model', 'place', 'thinking', 'pauses', 'metric', 'examples', 'value'],
      ...under('interval', 'from', 'to'),
      ...under('difference', 'value', 'interval.from', 'interval.to', 'level', 'pValue', 'verdict', 'detectable'),
      ...under('difference', 'better', 'worse'),
      ...under('cost', 'tokens', 'seconds', 'extraTokens', 'extraSeconds'),
    ],
    rowsOf: (event) => (event.event === 'condition' ? [withEnds(event)] : []),
  },
};
