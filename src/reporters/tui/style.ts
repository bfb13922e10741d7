// How the screen is drawn: the room there is, and the terminal's own colours, which suit its background.

import { stylesOf } from '../screen.js';
import { padTo, fittingParts } from './text.js';

export interface Styles {
  readonly sinks: (text: string) => string;
  readonly window: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** The room for a part of the screen. */
export interface ScreenRoom {
  readonly columns: number;
  /** Columns that names of rows take; 0 where there is no room for them. */
  readonly label: number;
  readonly styles: Styles;
}

export function stylesFor(color: boolean): Styles {
  const { magenta, cyan, dim, bold } = stylesOf({ columns: 0, color });
  return { sinks: magenta, window: cyan, quiet: dim, strong: bold };
}

/** What is drawn, one mark a meaning, so that it reads without colour too. */
export const marks = { full: '█', forgotten: '░', open: '·', gap: '⋯' } as const;

/**
 * So many cells in proportion to the parts. What is there is seen: a part takes one cell at least, from the largest one.
 */
export function proportions(parts: readonly number[], cells: number): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (total === 0) return parts.map(() => 0);
  const shares = parts.map((part) => (part === 0 ? 0 : Math.max(1, Math.round((part / total) * cells))));
  const largest = parts.indexOf(Math.max(...parts));
  const others = shares.reduce((sum, share, index) => (index === largest ? sum : sum + share), 0);
  return shares.map((share, index) => (index === largest ? Math.max(0, cells - others) : share));
}

/** A row under its name. */
export function labelled(name: string, row: string, { label, styles }: ScreenRoom): string {
  return label === 0 ? row : styles.quiet(name.padEnd(label)) + row;
}

/** Wide enough for what stands in them, so that they stay where they are. */
export const legendColumns = [20, 29];

/** Legends of bars stand below each other. */
export function inColumns(legend: readonly string[], columns: number): string {
  return fittingParts(
    legend.map((text, index) => (index < legend.length - 1 ? padTo(text, legendColumns[index] ?? 0) : text)),
    columns,
    '',
  );
}
