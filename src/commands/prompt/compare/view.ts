// Strategies side by side: how many answers are right, whether that differs from the first, and what it costs.

import type {
  ConditionDifference,
  ExemplarRow,
  ComparisonLimit,
  RunEvent,
  StrategiesEnd,
  StrategiesStart,
  StrategyRow,
} from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { exemplarTable } from './exemplar-table.js';
import {
  byteSize,
  countWithNoun,
  digits,
  duration,
  formatScore,
  groupDigits,
  printable,
  signedScore,
} from '../../../reporters/format.js';
import { note, table, type Column } from '../../../reporters/layout.js';
import { stylesOf, type Screen } from '../../../reporters/screen.js';
import { under, withEnds } from '../../../reporters/csv.js';
import type { TaskView } from '../../run/task-view.js';

/** All of it once the task is done: the verdicts hold for all strategies together. */
export function strategyTable(write: (text: string) => void, screen: Screen): Reporter {
  const rows: StrategyRow[] = [];
  const exemplars: ExemplarRow[] = [];
  let start: StrategiesStart | undefined;
  return {
    handle(event: RunEvent) {
      if (event.event === 'strategies-start') start = event;
      else if (event.event === 'strategy-row') rows.push(event);
      else if (event.event === 'exemplar-row') exemplars.push(event);
      else if (event.event === 'strategies-end' && start !== undefined && rows.length > 0) {
        const columns = table(columnsOf(rows, screen), screen.columns);
        write(`${headingOf(start, event, screen)}${columns}\n${notes(start, rows, event, screen)}`);
        if (exemplars.length > 0) write(`\n${exemplarTable(exemplars, screen)}`);
      }
    },
    close: () => undefined,
  };
}

function headingOf({ task, model, shots }: StrategiesStart, { examples }: StrategiesEnd, screen: Screen): string {
  const shown = shots === null ? '' : `; few-shot strategies show ${countWithNoun(shots, 'solved example')}`;
  return `${printable(task.name)}\n${note(`${printable(model.name)}; ${countWithNoun(examples, 'example')}${shown}`, screen.columns)}`;
}

function columnsOf(rows: readonly StrategyRow[], screen: Screen): Column[] {
  const numbers = (title: string, text: (row: StrategyRow) => string): Column => ({
    title,
    align: 'right',
    cells: rows.map(text),
  });
  const difference = (text: (difference: ConditionDifference) => string) => (row: StrategyRow) =>
    row.difference === null ? '-' : text(row.difference);
  const share = (value: number): string => formatScore(value, 'accuracy');
  const points = (value: number): string => signedScore(value, 'accuracy');
  return [
    { title: 'strategy', align: 'left', cells: rows.map(({ strategy }) => strategy) },
    numbers('right', ({ value }) => share(value)),
    numbers('95% interval', ({ interval }) => interval.map(share).join(' to ')),
    numbers(
      `vs ${rows[0]?.strategy ?? ''}`,
      difference(({ value }) => points(value)),
    ),
    numbers(
      'interval',
      difference(({ interval }) => interval.map(points).join(' to ')),
    ),
    numbers(
      'p',
      difference(({ pValue }) => (pValue < 0.001 ? '<0.001' : pValue.toFixed(3))),
    ),
    { title: 'verdict', align: 'left', cells: rows.map(difference(({ verdict }) => styled(verdict, screen))) },
    numbers(
      'detectable',
      difference(({ detectable }) => (detectable === null ? '-' : share(detectable))),
    ),
    numbers('answered', ({ answered }) => groupDigits(answered)),
    numbers('cut', ({ cut }) => groupDigits(cut)),
    numbers('tokens in', ({ cost }) => digits(cost.promptTokens, 3)),
    numbers('out', ({ cost }) => digits(cost.answerTokens, 3)),
    numbers('time', ({ cost }) => `${digits(cost.seconds, 2)} s`),
  ];
}

function styled(verdict: ConditionDifference['verdict'], screen: Screen): string {
  const { green, red } = stylesOf(screen);
  if (verdict === 'no evidence') return verdict;
  return verdict === 'helps' ? green('better') : red('worse');
}

const limits: Readonly<Record<ComparisonLimit, string>> = {
  few: 'Too few examples: no difference between strategies could show, however large. Take more.',
  floor:
    'Floor: hardly any answer is right, whatever the strategy: nothing can be told apart. Take a stronger model, or an ' +
    'easier task.',
  ceiling: 'Ceiling: hardly any answer is wrong, whatever the strategy: nothing can be told apart. Take a harder task.',
};

/** What the figures are. */
function notes(
  { model, asked }: StrategiesStart,
  rows: readonly StrategyRow[],
  { limit }: StrategiesEnd,
  screen: Screen,
): string {
  const [first] = rows;
  const compared = rows.flatMap(({ difference }) => difference ?? []);
  const level = ((compared[0]?.level ?? 0) * 100).toFixed(2);
  const texts = [
    ...(limit === null ? [] : [limits[limit]]),
    `vs ${first?.strategy ?? ''}: percentage points more right answers, on the same examples. McNemar's exact test, ` +
      `Newcombe's interval; p is Holm-adjusted, the interval of ${level}%, over ` +
      `${countWithNoun(compared.length, 'comparison')}: all verdicts hold together, at 0.05.`,
    'detectable: the smallest difference that so many examples would have shown with a chance of 80%.',
    'answered: replies with a final answer; others are wrong. cut: replies that had no room to end.',
    'tokens in, out, time: of the prompt, written, and seconds, of one example.',
    ...(asked === 'messages'
      ? []
      : [
          `${printable(model.name)} is a base model, without a chat template: it was given each prompt as plain text, and ` +
            'went on with it.',
        ]),
  ];
  return texts.map((text) => note(text, screen.columns)).join('');
}

/** What the run took, for standard error. */
export function strategyAccount(write: (text: string) => void): Reporter {
  let end: StrategiesEnd | undefined;
  return {
    handle(event: RunEvent) {
      if (event.event === 'strategies-end') {
        end = event;
        write(taskAccount(event));
      } else if (event.event === 'run-end' && (event.status !== 'failed' || (end?.examples ?? 0) > 0)) {
        const { prompt, answer } = end?.tokens ?? { prompt: 0, answer: 0 };
        const state = event.status === 'interrupted' ? 'interrupted after' : 'in';
        write(
          `${countWithNoun(prompt, 'token')} read and ${groupDigits(answer)} written ${state} ${duration(event.seconds)}, ` +
            `peak memory ${byteSize(event.peakMemoryBytes)}\n`,
        );
      }
    },
    close: () => undefined,
  };
}

const endings = { end: '', interrupted: ', until interrupted', failed: ', then it failed' } as const;

function taskAccount({ task, examples, resumed, skipped, tooLong, ended }: StrategiesEnd): string {
  const parts = [
    `${printable(task.name)}: ${countWithNoun(examples, 'example')}${endings[ended]}`,
    ...(resumed > 0 ? [`${groupDigits(resumed)} from an earlier run`] : []),
    ...(skipped > 0 ? [`${countWithNoun(skipped, 'bad line')} left out`] : []),
    ...(tooLong > 0 ? [`${groupDigits(tooLong)} left out, too long for the context`] : []),
  ];
  return `${parts.join(', ')}\n`;
}

export const strategyView: TaskView = {
  results: strategyTable,
  account: strategyAccount,
  csv: {
    columns: [
      ...[...under('task', 'index', 'name'), 'model', 'strategy', 'examples', 'right', 'value'],
      ...[...under('interval', 'from', 'to'), 'answered', 'cut'],
      ...under('difference', 'value', 'interval.from', 'interval.to', 'level', 'pValue', 'verdict', 'detectable'),
      ...under('difference', 'better', 'worse'),
      ...under('cost', 'promptTokens', 'answerTokens', 'seconds'),
    ],
    rowsOf: (event) => (event.event === 'strategy-row' ? [withEnds(event)] : []),
  },
};
