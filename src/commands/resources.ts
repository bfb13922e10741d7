// What a run took.

import type { RunEnd } from '../engine/events.js';

/** `startedAt`: as `performance.now()` gave it. */
export function resources(startedAt: number): Pick<RunEnd, 'seconds' | 'peakMemoryBytes'> {
  return {
    seconds: (performance.now() - startedAt) / 1000,
    // Node reports kilobytes on every system.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}
