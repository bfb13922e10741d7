// What a run took.

import type { RunEnd } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import type { RunControl } from '../../engine/progress/run-control.js';

/** What peak memory is asked of. */
interface Remembering {
  peakMemoryBytes(): Promise<number>;
}

/** `seconds`: that it took. `otherMemoryBytes`: peak memory of processes that worked for this one. */
export function resources(seconds: number, otherMemoryBytes = 0): Pick<RunEnd, 'seconds' | 'peakMemoryBytes'> {
  // Node reports kilobytes on every system.
  return { seconds, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 + otherMemoryBytes };
}

/** Seconds between two looks at the memory. */
const lookEvery = 1;

/** Returns what tells the memory of a run that is watched, called as often as one likes. `other`: what works for it. */
export function memoryTold(control: RunControl, reporter: Reporter, other?: Remembering): () => void {
  let lookedAt = -Infinity;
  let looking = false;
  return () => {
    if (!control.watched || looking || control.now() - lookedAt < lookEvery) return;
    lookedAt = control.now();
    looking = true;
    const tell = (otherBytes: number): void => {
      looking = false;
      reporter.handle({ event: 'memory', peakMemoryBytes: resources(0, otherBytes).peakMemoryBytes });
    };
    // A process that has ended is told of elsewhere.
    if (other === undefined) tell(0);
    else other.peakMemoryBytes().then(tell, () => undefined);
  };
}
