// The screen of a run: as much of it as fits, what matters most first.

import type { ReactNode } from 'react';
import { Box } from 'ink';
import { formatPolicy } from '../../engine/policy.js';
import { basename } from 'node:path';

import { printable } from '../format.js';
import { cacheBar } from './cache-bar.js';
import { documentBar } from './document-bar.js';
import { noteRows, paceRows, perplexityRow, surpriseRows } from './measures.js';
import { help, notesTaken, textInView } from './panels.js';
import { conditionRows, exampleBar } from './pauses.js';
import { Row } from './row.js';
import { showsView, type ScreenState, type Time } from './state.js';
import type { ScreenRoom, Styles } from './style.js';
import { justify, fit, fittingParts, tabsExpanded, unstyled, width, wrapLine } from './text.js';

/** What there is to show, and where. */
export interface ScreenContents {
  readonly state: ScreenState;
  /** On the clock of the run, which stands still while it is paused. */
  readonly now: Time;
  /** Of the terminal. */
  readonly columns: number;
  readonly rows: number;
  readonly styles: Styles;
  readonly panel: Panel;
  readonly phase: RunPhase;
  /** Whether there are keys to press. */
  readonly hasKeys: boolean;
  /** A result that is not a whole line yet. */
  readonly openLine: string;
}

export type Panel = 'none' | 'in-view' | 'notes' | 'help';

export type RunPhase = 'running' | 'paused' | 'stopping';

/** `rows`: see `screenRows`. */
export function Screen({ rows }: { readonly rows: readonly string[] }): ReactNode {
  return (
    <Box flexDirection="column">
      {rows.map((row, index) => (
        <Row key={index}>{row}</Row>
      ))}
    </Box>
  );
}

interface ScreenPart {
  readonly rows: readonly string[];
  /** Parts of higher numbers are left out first. */
  readonly order: number;
}

/** From so many columns up, rows have names, and a margin. */
const wide = 70;
/** An open panel has at least so many rows, and at most so many. */
const [fewestPanelRows, mostPanelRows] = [6, 16];

/** The rows of the screen, none wider than the terminal; fewer than it has. */
export function screenRows(shown: ScreenContents): string[] {
  const { columns, rows, styles, openLine, panel } = shown;
  const margin = columns >= wide ? 1 : 0;
  const room: ScreenRoom = { columns: columns - 2 * margin, label: columns >= wide ? 10 : 0, styles };
  // As tall as the terminal, it would scroll.
  const height = Math.max(1, rows - 1);
  const open =
    openLine === ''
      ? []
      : wrapLine(tabsExpanded(unstyled(openLine)), columns).slice(-Math.max(1, Math.floor(height / 3)));
  const all = partsOf(shown, room, height - open.length);
  const fewest = panel === 'none' ? 0 : fewestPanelRows;
  const kept = fitting(all, height - open.length - fewest);
  const left = height - open.length - rowsOf(kept);
  const opened = panel === 'none' ? [] : panelRows(shown, Math.min(mostPanelRows, left), room);
  const foot = kept.filter(({ order }) => footOrders.includes(order));
  const body = [...kept.filter((part) => !foot.includes(part)), { rows: opened, order: 0 }].filter(
    (part) => part.rows.length > 0,
  );
  // Air between the parts, where there is room for all of it.
  const airy = height - open.length - rowsOf([...body, ...foot]) > body.length;
  const drawn = [
    ...(airy ? [''] : []),
    ...body.flatMap(({ rows }) => (airy ? [...rows, ''] : rows)),
    ...foot.flatMap(({ rows }) => rows),
  ];
  return [...open, ...drawn.map((row) => fit(' '.repeat(margin) + row, columns).trimEnd())].slice(0, height);
}

/** Pace and keys stay together. */
const footOrders = [1, 2, 8];

/** From top to bottom. */
function partsOf(shown: ScreenContents, room: ScreenRoom, height: number): ScreenPart[] {
  const { state, now, phase } = shown;
  const scores = state.score.tokens > 0 || state.policy !== undefined;
  const surpriseHeight = height >= 18 ? 2 : 1;
  const [pace = '', ...more] = paceRows(state, now, phase === 'running' ? '' : phase, room);
  const foot: ScreenPart[] = [
    { rows: [pace], order: 1 },
    { rows: more, order: 8 },
    { rows: [keysRow(shown, room)], order: 2 },
  ];
  if (state.pauses !== undefined) {
    return [
      { rows: [header(state, room)], order: 3 },
      { rows: exampleBar(state.pauses, state.reading.done, room), order: 4 },
      { rows: conditionRows(state.pauses, Math.max(1, height - 7), room), order: 5 },
      ...foot,
    ];
  }
  return [
    { rows: [header(state, room)], order: 3 },
    { rows: documentBar(state, room), order: 4 },
    { rows: cacheBar(state, room), order: 5 },
    { rows: scores ? [perplexityRow(state, room)] : [], order: 6 },
    { rows: scores ? surpriseRows(state, now, surpriseHeight, room) : [], order: 7 },
    { rows: noteRows(state, height >= 18 ? 4 : 2, room), order: 7 },
    ...foot,
  ];
}

function rowsOf(all: readonly ScreenPart[]): number {
  return all.reduce((sum, { rows }) => sum + rows.length, 0);
}

function fitting(all: readonly ScreenPart[], height: number): ScreenPart[] {
  let left = height;
  const kept = new Set<ScreenPart>();
  for (const part of [...all].sort((a, b) => a.order - b.order)) {
    left -= part.rows.length;
    if (left >= 0 || kept.size === 0) kept.add(part);
  }
  return all.filter((part) => kept.has(part));
}

function header(
  { document, documents, model, policy, turn, chunk }: ScreenState,
  { columns, styles }: ScreenRoom,
): string {
  const place = document === undefined || documents < 2 ? '' : `${document.index + 1} of ${documents}  `;
  const path = printable(document?.name ?? '');
  const name = width(place + path) <= columns ? path : basename(path);
  const who = turn === undefined ? printable(model ?? '') : `policy ${turn.number} of ${turn.of}`;
  const cache = policy === undefined ? (chunk === undefined ? '' : `chunks of ${chunk}`) : formatPolicy(policy);
  const machine = [who, cache].filter((part) => part !== '').join(', ');
  return justify(place + styles.strong(name), styles.quiet(machine), columns);
}

function keysRow({ state, hasKeys, phase, panel }: ScreenContents, { columns, styles }: ScreenRoom): string {
  if (!hasKeys) return styles.quiet('Ctrl-C stop');
  const key = (name: string, meaning: string): string => `${styles.strong(name)} ${meaning}`;
  const all = [
    key('p', phase === 'paused' ? 'go on' : 'pause'),
    key('q', 'stop'),
    ...(showsView(state) ? [key('v', panel === 'in-view' ? 'close' : 'in view')] : []),
    key('?', panel === 'help' ? 'close' : 'help'),
    ...(state.notes.length > 0 ? [key('n', panel === 'notes' ? 'close' : 'notes')] : []),
  ];
  return fittingParts(all, columns);
}

function panelRows({ state, panel }: ScreenContents, rows: number, room: ScreenRoom): string[] {
  if (panel === 'help') return help(room).slice(0, rows);
  return panel === 'notes' ? notesTaken(state, rows, room) : textInView(state, rows, room);
}
