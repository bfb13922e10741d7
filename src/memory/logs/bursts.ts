// When a template's records come in bursts, beside all records.

import type { LogStatistics } from './log-statistics.js';
import type { Judged } from './signals.js';

/** A burst from which on its time tells what it belongs to. */
const burstFrom = 0.5;

/** Of a burst: its share of records in each step, less that of all records; empty where there is none. */
export function burstOf({ history, signals }: Judged, { steps, records }: LogStatistics): number[] {
  if (signals.burst < burstFrom) return [];
  const all = steps.values();
  const { lines } = history.template;
  return history.steps.values().map((count, step) => count / lines - (all[step] ?? 0) / records);
}

/** From 0 to 1: opposites are as unlike as what has nothing in common. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  if (one.length === 0 || other.length === 0) return 0;
  const dot = one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
  return Math.max(0, dot / (Math.hypot(...one) * Math.hypot(...other) || 1));
}
