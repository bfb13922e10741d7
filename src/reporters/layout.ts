// Tables and sentences that keep to a width. Styles take no room.

import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly string[];
}

/** The widest that a sentence reads well. */
export const readableWidth = 80;

const gap = '  ';

/**
 * A table, its columns padded to their longest cell. Columns that do not fit follow in further blocks, each with the
 * first column again, as R and pandas print wide tables.
 */
export function table(columns: readonly Column[], width: number): string {
  const [first, ...others] = columns;
  if (first === undefined) return '';
  let block = [first];
  const blocks = [block];
  for (const column of others) {
    if (block.length > 1 && widthOf([...block, column]) > width) blocks.push((block = [first]));
    block.push(column);
  }
  return blocks.map(lines).join('\n');
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), gap.length * (columns.length - 1));
}

function columnWidth({ title, cells }: Column): number {
  return Math.max(...[title, ...cells].map(visibleLength));
}

function lines(columns: readonly Column[]): string {
  const padded = columns.map((column) => {
    const width = columnWidth(column);
    return [column.title, ...column.cells].map((cell) => {
      const padding = ' '.repeat(width - visibleLength(cell));
      return column.align === 'left' ? cell + padding : padding + cell;
    });
  });
  const rows = (padded[0] ?? []).map((_, row) => padded.map((cells) => cells[row] ?? '').join(gap));
  return rows.map((row) => `${row.trimEnd()}\n`).join('');
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Words in lines of at most `width` characters; a longer word has a line of its own. Ends with a line feed. */
export function wrapped(words: readonly string[], width: number, separator = ' '): string {
  const lines: string[] = [];
  for (const word of words) {
    const longer = [...lines.slice(-1), word].join(separator);
    if (lines.length === 0 || visibleLength(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** A sentence below something: its lines start with two spaces. No line feed at its end. */
export function indented(text: string, columns: number): string {
  const lines = wrapped(text.split(' '), Math.max(20, columns - 2))
    .trimEnd()
    .split('\n');
  return lines.map((line) => `  ${line}`).join('\n');
}

/** What a row of a table says, where the table is too wide: a line for each cell, below what they belong to. */
export function record(heading: string, cells: readonly (readonly [title: string, cell: string])[]): string {
  const width = Math.max(...cells.map(([title]) => visibleLength(title)));
  return [heading, ...cells.map(([title, cell]) => `  ${title.padEnd(width)}${gap}${cell}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** A note below a table. */
export function note(text: string, columns: number): string {
  return wrapped(text.split(' '), Math.min(readableWidth, columns));
}
