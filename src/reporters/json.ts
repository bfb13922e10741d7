// One event a line. Results and warnings only, unless the run's inner events are asked for too.

import type { RunEvent } from '../engine/events/events.js';
import type { Reporter } from '../engine/events/reporter.js';

/** Version of the contract in events.schema.json. */
export const schema = 1;

/** Printed with --events only, unless they are results of the task at hand. */
export const innerEvents: ReadonlySet<RunEvent['event']> = new Set([
  'policy-start',
  'progress',
  'resumed',
  'block-scored',
  'evicted',
  'embedded',
  'recalled',
  'in-view',
  'striking-line',
  'line-surprise',
  'record-score',
  'scored-text',
  'estimate',
  'example',
  'strategies-example',
  'memory',
  'downloading',
  'passage-start',
  'note',
]);

/** An event as its line. */
export function jsonLine(event: RunEvent): string {
  return `${JSON.stringify({ schema, ...event })}\n`;
}

/** `results`: inner events that are results of the task at hand. */
export function jsonReporter(
  write: (text: string) => void,
  withInnerEvents: boolean,
  results: readonly RunEvent['event'][] = [],
): Reporter {
  return {
    handle(event) {
      if (withInnerEvents || !innerEvents.has(event.event) || results.includes(event.event)) write(jsonLine(event));
    },
    close: () => undefined,
  };
}
