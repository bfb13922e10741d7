// What turns events into something that a person or a program reads.

import type { RunEvent } from './events.js';

export interface Reporter {
  handle(event: RunEvent): void;
  /** Takes back what is not meant to stay, such as a progress line. Called once, also after a failure. */
  close(): void;
}
