// Numbers as a row of bars.

const levels = '▁▂▃▄▅▆▇█';

/** How many neighbours have to be one, so that there are at most `most`. */
export function neighboursFor(most: number, values: readonly number[]): number {
  return Math.max(1, Math.ceil(values.length / Math.max(1, most)));
}

/** Each `size` neighbours added up. */
export function addedUp(values: readonly number[], size: number): number[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size).reduce((sum, value) => sum + value, 0),
  );
}

/** One character each, in proportion to the greatest; 0 is a space between bars. */
export function bars(values: readonly number[]): string {
  const most = Math.max(...values);
  return values
    .map((value) => (value === 0 ? ' ' : levels.charAt(Math.ceil((value / most) * levels.length) - 1)))
    .join('');
}
