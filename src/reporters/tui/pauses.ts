// What the screen shows of a pause evaluation: how many examples are done, and how each condition does so far.

import type { ExampleResult, Metric, TaskStart } from '../../engine/events/events.js';
import { formatScore, groupDigits } from '../format.js';
import { inColumns, labelled, marks, proportions, type ScreenRoom } from './style.js';
import { padTo, fittingParts } from './text.js';

export interface PauseState {
  readonly metric: Metric;
  /** Undefined where only the end of the task tells. */
  readonly of: number | undefined;
  readonly examples: number;
  readonly conditions: readonly ConditionSum[];
}

interface ConditionSum {
  /** Without the number of pauses. */
  readonly cell: string;
  readonly pauses: number;
  readonly sum: number;
}

export function startedPauses({ metric, examples }: TaskStart): PauseState {
  return { metric, of: examples ?? undefined, examples: 0, conditions: [] };
}

export function withExample(state: PauseState, { results }: ExampleResult): PauseState {
  const conditions = results.map(({ place, thinking, pauses, score }, index) => ({
    cell: thinking === 'aloud' ? `${place}, aloud` : place,
    pauses,
    sum: (state.conditions[index]?.sum ?? 0) + score,
  }));
  return { ...state, examples: state.examples + 1, conditions };
}

/** The task as a bar, and what its parts are. */
export function exampleBar({ examples, of }: PauseState, done: number | null, room: ScreenRoom): string[] {
  const { styles } = room;
  const columns = room.columns - room.label;
  const share = done ?? 0;
  const [read = 0, left = 0] = proportions([share, 1 - share], columns);
  const bar = styles.window(marks.full.repeat(read)) + styles.quiet(marks.open.repeat(left));
  const legend = [
    `${styles.window(marks.full)} done ${groupDigits(examples)}`,
    ...(of === undefined ? [] : [`${styles.quiet(marks.open)} to do ${groupDigits(of - examples)}`]),
  ];
  const keys = room.label === 0 ? fittingParts(legend, columns, ' ') : inColumns(legend, columns);
  return [labelled('examples', bar, room), labelled('', keys, room)];
}

/** A row a condition, as many as fit: its mean score so far, and of shares a bar. */
export function conditionRows({ conditions, examples, metric }: PauseState, rows: number, room: ScreenRoom): string[] {
  const columns = room.columns - room.label;
  const several = new Set(conditions.map((each) => each.cell)).size > 1;
  return conditions.slice(0, rows).map(({ cell: name, pauses, sum }, index) => {
    const mean = sum / Math.max(1, examples);
    const lead = `${padTo(groupDigits(pauses), 4)} ${formatScore(mean, metric).padStart(7)}  `;
    const end = several ? ` ${name}` : '';
    const width = Math.max(0, columns - lead.length - end.length);
    const [full = 0, empty = 0] = metric === 'accuracy' ? proportions([mean, 1 - mean], width) : [];
    const bar = room.styles.window(marks.full.repeat(full)) + room.styles.quiet(marks.open.repeat(empty));
    return labelled(index === 0 ? 'pauses' : '', lead + bar + room.styles.quiet(end), room);
  });
}
