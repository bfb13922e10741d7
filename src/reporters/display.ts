// What moves on a terminal while a run goes on, below all that is printed there.

import type { Reporter } from '../engine/events/reporter.js';

export interface Display extends Reporter {
  /** Prints on the terminal what stays there. What is no whole line yet goes on with the next text. */
  print(text: string): void;
}
