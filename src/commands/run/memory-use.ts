// The memory that a run takes.

import type { RunControl } from '../../engine/progress/run-control.js';
import type { RunEvent } from '../../engine/events/events.js';

/** What works for a run in a process of its own, perhaps: it is asked for its peak memory, in bytes. */
export interface MeasuredProcess {
  peakMemoryBytes(): Promise<number>;
}

/** In bytes. `others`: of processes that worked for this one. */
export function peakMemory(others = 0): number {
  // Node reports kilobytes on every system.
  return process.resourceUsage().maxRSS * 1024 + others;
}

/** Seconds between two looks at the memory. */
const lookEvery = 1;

interface WatchedRun {
  readonly control: RunControl;
  handle(event: RunEvent): void;
}

/** Returns what tells the memory of a run that is watched, called as often as one likes. `other`: what works for it. */
export function memoryReporter(session: WatchedRun, other?: MeasuredProcess): () => void {
  const { control } = session;
  let lookedAt = -Infinity;
  let looking = false;
  return () => {
    if (!control.watched || looking || control.now() - lookedAt < lookEvery) return;
    lookedAt = control.now();
    looking = true;
    const tell = (others: number): void => {
      looking = false;
      session.handle({ event: 'memory', peakMemoryBytes: peakMemory(others) });
    };
    // A process that has ended is told of elsewhere.
    if (other === undefined) tell(0);
    else other.peakMemoryBytes().then(tell, () => undefined);
  };
}
