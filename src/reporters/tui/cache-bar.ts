// The cache as a bar: sinks, the gap that was forgotten, and the window, in proportion to its tokens.

import { groupDigits } from '../format.js';
import type { ScreenState } from './state.js';
import { inColumns, labelled, marks, proportions, type ScreenRoom } from './style.js';
import { fittingParts } from './text.js';

/** The bar, and what its parts are. Empty where there is no cache. */
export function cacheBar(state: ScreenState, room: ScreenRoom): string[] {
  const columns = room.columns - room.label;
  const drawn = state.policy === undefined ? chunkBar(state, columns, room) : rollingBar(state, columns, room);
  if (drawn === undefined) return [];
  const { bar, legend } = drawn;
  const keys = room.label === 0 ? fittingParts(legend, columns, '  ') : inColumns(legend, columns);
  return [labelled('cache', bar, room), labelled('', keys, room)];
}

interface DrawnBar {
  readonly bar: string;
  readonly legend: readonly string[];
}

function rollingBar(
  { policy, reading }: ScreenState,
  columns: number,
  { styles, label }: ScreenRoom,
): DrawnBar | undefined {
  if (policy === undefined) return undefined;
  const { inView = 0, sinksInView = 0, forgotten = 0 } = reading.block ?? {};
  const used = inView - sinksInView;
  const gap = forgotten === 0 ? '' : ` ${marks.gap} `;
  const sizes = [policy.sinks, Math.min(used, policy.window), Math.max(0, policy.window - used)];
  const [sinks = 0, window = 0, free = 0] = proportions(sizes, columns - gap.length);
  return {
    bar: [
      styles.sinks(marks.full.repeat(sinks)),
      styles.quiet(gap),
      styles.window(marks.full.repeat(window)),
      styles.quiet(marks.open.repeat(free)),
    ].join(''),
    legend: [
      ...(policy.sinks === 0
        ? [`${styles.quiet(marks.gap)} ${groupDigits(forgotten)} forgotten`]
        : [
            `${styles.sinks(marks.full)} sinks ${groupDigits(policy.sinks)}`,
            `${styles.quiet(marks.gap)} gap ${groupDigits(forgotten)}${label === 0 ? '' : ' forgotten'}`,
          ]),
      `${styles.window(marks.full)} window ${groupDigits(used)}${label === 0 ? '' : ` of ${groupDigits(policy.window)}`}`,
    ],
  };
}

/** Each chunk has an empty cache of its own, which it fills. */
function chunkBar(
  { chunk, reading }: ScreenState,
  columns: number,
  { styles, label }: ScreenRoom,
): DrawnBar | undefined {
  if (chunk === undefined) return undefined;
  const { forgotten } = reading.block ?? {};
  const alone = label === 0 ? '' : ', in a cache of its own';
  return {
    bar: styles.window(marks.full.repeat(reading.tokens === 0 ? 0 : columns)),
    legend: [
      ...(forgotten === undefined ? [] : [`${styles.quiet(marks.gap)} ${groupDigits(forgotten)} forgotten`]),
      `${styles.window(marks.full)} chunk of ${groupDigits(chunk)}${alone}`,
    ],
  };
}
