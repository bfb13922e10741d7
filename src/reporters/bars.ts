// Numbers as a row of bars.

const levels = '▁▂▃▄▅▆▇█';

/** One character each, in proportion to the greatest; 0 is a space between bars. */
export function bars(values: readonly number[]): string {
  const most = Math.max(...values);
  return values
    .map((value) => (value === 0 ? ' ' : levels.charAt(Math.ceil((value / most) * levels.length) - 1)))
    .join('');
}
