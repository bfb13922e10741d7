// When the records of a log were written: one line of time over records whose times lack a year or a day.

import type { RecordHead } from './record-head-types.js';
import { day } from './time-figures.js';

/** Records come late by less: a time that lies further back is of the next year, or of the next day. */
const half = { year: 183 * day, day: day / 2 };

export class RecordTimes {
  /** Years, or days, since the first record. */
  #turns = 0;
  /** The last time, as it was read. */
  #last: number | undefined;

  /**
   * Milliseconds since 1970 of a record, the heads coming in order. Times without a year start in 1970 and go on over
   * New Year; those without a day start on its first day and go on over midnight.
   */
  of({ time, lacking }: RecordHead): number | undefined {
    if (time === undefined || lacking === 'nothing' || lacking === 'start') return time;
    const ahead = time - (this.#last ?? time);
    // A late record of the year, or the day, before.
    const isLate = ahead > half[lacking] && this.#turns > 0;
    if (!isLate) {
      if (ahead < -half[lacking]) this.#turns += 1;
      this.#last = time;
    }
    const turns = this.#turns - (isLate ? 1 : 0);
    if (lacking === 'day') return time + turns * day;
    return turns === 0 ? time : new Date(time).setUTCFullYear(1970 + turns);
  }
}
