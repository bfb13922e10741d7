// Runs that were recorded, as states of the screen. See record.mjs.

import { readFileSync } from 'node:fs';
import type { RunEvent } from '../../../src/engine/events/events.js';
import { initialState, reduce, type ScreenState } from '../../../src/reporters/tui/state.js';

export const recorded = [
  'stream-digest',
  'stream-anomalies',
  'stream-perplexity',
  'stream-continue',
  'stream-summarize',
  'stream-ask',
  'analyze-count',
  'analyze-perplexity',
  'analyze-compare',
  'analyze-surprise',
  'analyze-horizon',
  'analyze-attention',
  'pause-eval',
] as const;

export interface Recorded {
  readonly state: ScreenState;
  /** When the recording ends. */
  readonly now: number;
  readonly events: readonly RunEvent[];
}

export function replay(name: (typeof recorded)[number]): Recorded {
  const text = readFileSync(new URL(`runs/${name}.jsonl`, import.meta.url), 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { at: number; event: RunEvent });
  const state = lines.reduce((before, { at, event }) => reduce(before, event, at), initialState);
  return { state, now: lines.at(-1)?.at ?? 0, events: lines.map(({ event }) => event) };
}
