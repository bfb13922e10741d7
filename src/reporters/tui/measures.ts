// What is measured on the way: perplexity, the line that surprises most, and the pace.

import { byteSize, digits, duration, groupDigits } from '../format.js';
import { hasView, mostStriking, paceAt, perplexity, recentPerplexity, type ScreenState, type Time } from './state.js';
import { labelled, type ScreenRoom } from './style.js';
import { padTo, fit, flat, fittingParts, wrapWords } from './text.js';
import { sparkline } from './trend.js';

/** Perplexity from the document's beginning to where it is read. */
export function perplexityRow(state: ScreenState, room: ScreenRoom): string {
  const [total, recent] = [perplexity(state), recentPerplexity(state)].map((value) =>
    digits(value ?? null, 4).padStart(5),
  );
  const figures = room.label === 0 ? `${total}, lately ${recent}` : `${total} so far, ${recent} lately`;
  const columns = room.columns - room.label - figures.length - 2;
  const line = sparkline(state.score.trend, Math.max(0, columns));
  return labelled('PPL', fit(`${line.padEnd(columns)}  ${figures}`, room.columns - room.label), room);
}

/** The most surprising line lately, in so many rows. */
export function surpriseRows(state: ScreenState, now: Time, rows: number, room: ScreenRoom): string[] {
  const columns = room.columns - room.label;
  const line = mostStriking(state, now);
  const value = line === undefined ? '-' : digits(line.natsPerToken, 3);
  const place = line === undefined ? '' : ` line ${groupDigits(line.line)}: `;
  const lead = value + place;
  const wrapped = wrapWords(lead + flat(line?.text ?? ''), columns);
  const shown = wrapped.slice(0, rows);
  if (wrapped.length > rows) shown[rows - 1] = fit(wrapped.slice(rows - 1).join(' '), columns);
  if (shown[0]?.startsWith(lead) === true) {
    shown[0] = room.styles.strong(value) + room.styles.quiet(place) + shown[0].slice(lead.length);
  }
  return Array.from({ length: rows }, (_, row) => labelled(row === 0 ? 'surprise' : '', shown[row] ?? '', room));
}

/** The last note, in at most so many rows. */
export function noteRows({ notes, passage }: ScreenState, rows: number, room: ScreenRoom): string[] {
  const note = notes.at(-1);
  if (note === undefined || passage === undefined) return [];
  const wrapped = wrapWords(flat(note.text), room.columns - room.label);
  const shown = wrapped.slice(0, rows);
  if (wrapped.length > rows) shown[rows - 1] = fit(wrapped.slice(rows - 1).join(' '), room.columns - room.label);
  return shown.map((row, index) => labelled(index === 0 ? 'note' : '', row, room));
}

/** How far, how long and how fast; in a narrow room, in two rows. `condition`: of the run, where it does not just go on. */
export function paceRows(run: ScreenState, now: Time, condition: string, room: ScreenRoom): string[] {
  const { reading, written, peakMemoryBytes } = run;
  const pace = paceAt(run, now);
  const counts = !hasView(run) && run.pauses === undefined;
  const done = reading.done === null ? '' : `${Math.floor(reading.done * 100)}% `;
  const left = pace.secondsLeft === undefined || reading.done === 1 ? '' : `, ${duration(pace.secondsLeft)} left`;
  const rate = counts ? `${byteSize(pace.bytesPerSecond)}/s` : `${groupDigits(pace.tokensPerSecond)} tokens/s`;
  const skipped = reading.block?.skippedLines ?? 0;
  const time = `${done}in ${duration(pace.seconds)}`;
  const timing = condition === '' ? time + left : `${room.styles.strong(condition)}, ${time}`;
  const others = [
    padTo(rate, 15),
    padTo(peakMemoryBytes === undefined ? '' : byteSize(peakMemoryBytes), 8),
    ...(counts && reading.tokens > 0 ? [`${groupDigits(reading.tokens)} tokens`] : []),
    ...(skipped > 0 ? [`${groupDigits(skipped)} lines skipped`] : []),
    ...(written > 0 ? [`${groupDigits(written)} tokens written`] : []),
  ];
  const rows = room.label === 0 ? [[timing], others] : [[padTo(timing, 24), ...others]];
  return rows.map((row) => fittingParts(row, room.columns, '  ').trimEnd());
}
