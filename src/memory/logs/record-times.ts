// When the records of a log were written: one line of time over records whose times lack a year or a day.

import type { RecordHead } from './record-head.js';
import { day } from './time-forms.js';

/** Records come late by less: a time that lies further back is of the next year, or of the next day. */
const half = { year: 183 * day, day: day / 2 };

export class RecordTimes {
  #years = 0;
  #days = 0;
  /** The last time without a year, or without a day, as it was read. */
  #last: number | undefined;

  /**
   * Milliseconds since 1970 of a record, the heads coming in order. Times without a year start in 1970 and go on over
   * New Year; those without a day start on its first day and go on over midnight.
   */
  of({ time, lacking }: RecordHead): number | undefined {
    if (time === undefined || lacking === 'nothing' || lacking === 'start') return time;
    if (this.#last !== undefined && this.#last - time > half[lacking]) {
      if (lacking === 'year') this.#years += 1;
      else this.#days += 1;
    }
    this.#last = time;
    if (lacking === 'day') return time + this.#days * day;
    return this.#years === 0 ? time : new Date(time).setUTCFullYear(1970 + this.#years);
  }
}
