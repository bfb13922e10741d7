// The results of a task as comma-separated values (RFC 4180): a header, then a row for each, numbers as they are.

import type { RunEvent } from '../engine/events/events.js';
import type { Reporter } from '../engine/events/reporter.js';

/** Which results a file holds: one kind of rows a file. */
export interface CsvTable {
  /** Paths of fields in rows. */
  readonly columns: readonly string[];
  /** The rows that an event is in the table: mostly one or none. */
  readonly rowsOf: (event: RunEvent) => readonly object[];
}

/** `under('tokens', 'read', 'scored')`: the paths of parts of a field. */
export function under(field: string, ...names: string[]): string[] {
  return names.map((name) => `${field}.${name}`);
}

/** The columns that name a document, and what its part of a task measures. */
export const documentColumns = under('document', 'index', 'name');

interface ComparedRow {
  readonly interval: NullableInterval;
  readonly difference: { readonly interval: NullableInterval } | null;
}
type NullableInterval = readonly [from: number, to: number] | null;

/** A row with the ends of its intervals by name. */
export function withEnds(row: ComparedRow): object {
  const { interval, difference } = row;
  const measured = difference === null ? null : { ...difference, interval: intervalEnds(difference.interval) };
  return { ...row, interval: intervalEnds(interval), difference: measured };
}

function intervalEnds(interval: NullableInterval): object | null {
  return interval === null ? null : { from: interval[0], to: interval[1] };
}

/**
 * Writes rows as they come. Columns are named as the fields of the JSON events, the parts of a field after a dot; a
 * range has `from` and `to`, half-open. Null and what does not apply are empty. What is a list within a result, the
 * curve of a policy and the prices of an overview, is in the JSON events only. A spreadsheet may take text that begins
 * with `=` for a formula: it is written as it is, since this is data.
 */
export function csvFile(write: (text: string) => void, { columns, rowsOf }: CsvTable): Reporter {
  write(line(columns));
  return {
    handle(event: RunEvent) {
      for (const row of rowsOf(event)) {
        const cells = new Map(flattened(row));
        write(line(columns.map((column) => cells.get(column) ?? '')));
      }
    },
    close: () => undefined,
  };
}

/** The values of an object by their paths: `{ a: { b: 1 } }` is `a.b`. Lists are left out. */
function flattened(value: object, path = ''): [path: string, cell: string][] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const own = path === '' ? name : `${path}.${name}`;
    if (typeof part === 'string') return [[own, part]];
    if (typeof part === 'number') return [[own, Number.isFinite(part) ? String(part) : '']];
    if (typeof part === 'boolean') return [[own, String(part)]];
    return typeof part === 'object' && part !== null && !Array.isArray(part) ? flattened(part, own) : [];
  });
}

/** Quoted where it must be, or where spaces at its ends might be lost. */
function line(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(',')}\r\n`;
}
