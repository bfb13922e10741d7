// What looks at a log's records while they are read, ahead of the model.

import type { LineRange } from '../../engine/events/events.js';
import type { RecordHead } from './record-head.js';
import type { Template } from './templates.js';

/** A record as it is read. */
export interface ReadRecord {
  /** All its lines, as far as they are looked at. */
  readonly text: string;
  readonly lines: LineRange;
  readonly head: RecordHead;
  /** In milliseconds since 1970, by the log's own clock, where it tells it. */
  readonly time: number | undefined;
  /** Its own record counted. */
  readonly template: Template;
  /** Whether the model reads it in any case. */
  readonly isDue: boolean;
}

export interface RecordWatch {
  /** Comes first. `hasTimes`: whether most records tell their time. */
  begin?(hasTimes: boolean): void;
  /** Sees every record, in order. Returns whether the model is to read it even where it is not due. */
  see(record: ReadRecord): boolean;
  /** Whether it has so much to tell that the model should not be waited for. */
  readonly isFull?: boolean;
}
