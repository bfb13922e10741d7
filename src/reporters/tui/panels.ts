// What a key opens: the text in view, notes of what is not, or help.

import type { ScreenState } from './state.js';
import { labelled, marks, type ScreenRoom } from './style.js';
import { padTo, fit, flat, width, wrap } from './text.js';

/** Beginning and end of what is in view, in so many rows. */
export function textInView(state: ScreenState, rows: number, room: ScreenRoom): string[] {
  const { view, chunk } = state;
  const { styles } = room;
  const columns = room.columns - room.label;
  if (view === undefined) return [labelled('in view', '-', room)];
  const sinks =
    state.policy?.kind === 'sinks' && state.reading.block?.forgotten !== 0
      ? [`${styles.sinks(marks.full)} sinks ${view.sinks === '' ? '-' : flat(view.sinks)}`]
      : [];
  // Which lines it is, the document's bar says.
  const title = `${styles.window(marks.full)} ${chunk === undefined ? 'window' : 'chunk'}`;
  const left = Math.max(0, rows - sinks.length - 1);
  return [...sinks, title, ...excerpt(state, left, columns, room)].map((row, index) =>
    labelled(index === 0 ? 'in view' : '', fit(row, columns), room),
  );
}

/** First and last rows of the window, and what is left out between them. */
function excerpt({ view, reading }: ScreenState, rows: number, columns: number, { styles }: ScreenRoom): string[] {
  if (view === undefined || rows === 0) return [];
  const whole = view.between === 0;
  const sinks = reading.block?.forgotten === 0 ? view.sinks : '';
  const beginning = wrap(sinks + view.beginning + (whole ? view.end : ''), columns - 2);
  const ruled = (row: string): string => `${styles.window('│')} ${row}`;
  if (whole && beginning.length <= rows) return beginning.map(ruled);
  const end = whole ? beginning : wrap(view.end, columns - 2);
  const last = Math.floor(rows / 2);
  const first = rows - last - 1;
  return [...beginning.slice(0, first).map(ruled), styles.quiet('⋮'), ...end.slice(end.length - last).map(ruled)];
}

/** What is kept of what was read and is no longer in view: a note on each row, the first and the last ones. */
export function notesTaken({ notes }: ScreenState, rows: number, room: ScreenRoom): string[] {
  const columns = room.columns - room.label;
  const places = notes.map(({ lines: [first, last] }) => (first === last ? `${first}` : `${first}-${last}`));
  const placeColumns = Math.max(...places.map(width)) + 2;
  const hasTerms = columns >= wideEnough && notes.some(({ terms }) => terms !== undefined);
  const termColumns = hasTerms ? Math.floor((columns - placeColumns) / 3) : 0;
  const all = notes.map(({ text, terms = [] }, index) => {
    const place = room.styles.quiet((places[index] ?? '').padStart(placeColumns - 2));
    const said = padTo(flat(text), columns - placeColumns - (hasTerms ? termColumns + 2 : 0));
    const words = hasTerms ? `  ${room.styles.quiet(fit(flat(terms.join(', ')), termColumns))}` : '';
    return `${place}  ${said}${words}`;
  });
  const last = Math.ceil((rows - 1) / 2);
  const shown =
    all.length <= rows
      ? all
      : [...all.slice(0, rows - 1 - last), room.styles.quiet('⋮'), ...all.slice(all.length - last)];
  return shown.map((row, index) => labelled(index === 0 ? 'notes' : '', row, room));
}

/** Columns from which on a note shows its words, too. */
const wideEnough = 70;

/** Keys, then marks. */
export function help({ styles, columns, label }: ScreenRoom): string[] {
  const rows: [key: string, meaning: string][] = [
    [styles.strong('p'), 'pause, or go on'],
    [styles.strong('q'), 'stop, and print what there is so far'],
    [styles.strong('v'), 'the text that is in view now'],
    [styles.strong('n'), 'notes of what is forgotten'],
    [styles.strong('?'), 'this help'],
    [styles.sinks(marks.full), 'sinks: first tokens, never forgotten'],
    [styles.window(marks.full), 'window: recent tokens, in view too'],
    [styles.quiet(marks.forgotten), 'forgotten: read, no longer in view'],
    ['PPL', 'perplexity: like a choice of so many'],
  ];
  return rows.map(([key, meaning]) => fit(padTo(key, Math.max(label, 4)) + meaning, columns));
}
