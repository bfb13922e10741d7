// What people see of a task.

import type { RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import type { CsvTable } from '../../reporters/csv.js';
import type { Screen } from '../../reporters/screen.js';

/** What people read of a task: `results` on standard output, `account` on standard error. */
export interface TaskView {
  readonly results: (write: (text: string) => void, screen: Screen) => Reporter;
  readonly account: (write: (text: string) => void) => Reporter;
  /** Of the results as comma-separated values. */
  readonly csv?: CsvTable;
  /** Events that are results of this task, and steps of the engine elsewhere. */
  readonly inJson?: readonly RunEvent['event'][];
  /** What happens before the first document; the model loads where it says nothing. */
  readonly opening?: string;
}
