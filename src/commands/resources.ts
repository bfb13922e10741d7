// What a run took.

import type { RunEnd } from '../engine/events.js';

/** `startedAt`: as `performance.now()` gave it. `otherMemoryBytes`: peak memory of processes that worked for this one. */
export function resources(startedAt: number, otherMemoryBytes = 0): Pick<RunEnd, 'seconds' | 'peakMemoryBytes'> {
  return {
    seconds: (performance.now() - startedAt) / 1000,
    // Node reports kilobytes on every system.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024 + otherMemoryBytes,
  };
}
