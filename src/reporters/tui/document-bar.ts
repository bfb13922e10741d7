// The document as a bar: what is forgotten, in view, and not read yet, in proportion to its bytes.

import type { PassageStart } from '../../engine/events/events.js';
import { byteSize, countWithNoun, lineRange } from '../format.js';
import type { ScreenState } from './state.js';
import { inColumns, labelled, legendColumns, marks, proportions, type ScreenRoom } from './style.js';
import { fittingParts } from './text.js';

/** The bar, and what its parts are. */
export function documentBar(state: ScreenState, room: ScreenRoom): string[] {
  const { block } = state.reading;
  const columns = room.columns - room.label;
  const [bar, ...legend] =
    block === undefined && state.policy === undefined
      ? countedBar(state, columns, room)
      : scoredBar(state, columns, room);
  const keys = room.label === 0 ? fittingParts(legend, columns, ' ') : inColumns(legend, columns);
  return [labelled('document', bar ?? '', room), labelled('', keys, room)];
}

/** What leaves room for "in view" in its column. */
const longestCovered = 18;

function scoredBar(state: ScreenState, columns: number, { styles, label }: ScreenRoom): string[] {
  const { block, bytes, size } = state.reading;
  const [from, to] = block?.bytesInView ?? [bytes, bytes];
  const left = size === null ? 0 : Math.max(0, size - to);
  const [forgotten = 0, inView = 0, unread = 0] = proportions([from, to - from, left], columns);
  const sinks = forgotten > 0 && (block?.sinksInView ?? 0) > 0 ? 1 : 0;
  const bar = [
    styles.sinks(marks.full.repeat(sinks)),
    styles.quiet(marks.forgotten.repeat(forgotten - sinks)),
    styles.window(marks.full.repeat(inView)),
    styles.quiet(marks.open.repeat(unread)),
  ];
  const lines = block?.linesInView ?? null;
  const covered = lines === null ? byteSize(to - from) : lineRange(lines);
  const short = label === 0;
  return [
    bar.join(''),
    `${styles.quiet(marks.forgotten)} ${short ? '' : 'forgotten '}${byteSize(from)}`,
    `${styles.window(marks.full)} ${short || covered.length > longestCovered ? '' : 'in view '}${covered}`,
    size === null ? '' : `${styles.quiet(marks.open)} ${short ? '' : 'to read '}${byteSize(left)}`,
  ];
}

/** Where nothing is scored, nothing is in view for long. */
function countedBar({ reading, passage }: ScreenState, columns: number, { styles }: ScreenRoom): string[] {
  const { bytes, size, lines } = reading;
  const left = size === null ? 0 : Math.max(0, size - bytes);
  const [read = 0, unread = 0] = proportions([bytes, left], columns);
  return [
    marks.full.repeat(read) + styles.quiet(marks.open.repeat(unread)),
    `${marks.full} read ${byteSize(bytes)}`,
    passage === undefined ? (lines === undefined ? '' : countWithNoun(lines, 'line')) : passageLegend(passage),
    size === null ? '' : `${styles.quiet(marks.open)} to read ${byteSize(left)}`,
  ];
}

function passageLegend({ index, lines }: PassageStart): string {
  const short = `passage ${index + 1}`;
  const long = `${short}, ${lineRange(lines)}`;
  return long.length < (legendColumns[1] ?? 0) ? long : short;
}
