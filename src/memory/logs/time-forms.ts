// Reads a time at a place in a line, in the forms that logs print. Works on character codes: it runs for every line.

import { countDigits, isDigit, isHexadecimal, isLetter } from './characters.js';
import { ClockReader } from './clock-reader.js';
import { four, months, second, threeLetters, two, upToTwo, weekdays } from './time-figures.js';

/** Seconds since 1970 that a number of ten digits may stand for: 2001 to 2100. */
const [firstEpoch, lastEpoch] = [1_000_000_000, 4_102_444_800];
/** TAI64 counts from 2^62, and is 10 seconds ahead of UTC at 1970. */
const taiOffset = 10;

/** What a time lacks: nothing, its year, its day, or all (seconds since boot). */
export type Lacking = 'nothing' | 'year' | 'day' | 'start';

/** A place in a line that a time was read at. One object is used again and again. */
export class TimeReader {
  /** Milliseconds since 1970, UTC. Without a year, of 1970; without a day, of its first. */
  time = 0;
  lacking: Lacking = 'nothing';
  /** Just after the time and its zone. */
  end = 0;
  /** The day that was read last, as a number of its figures, and its milliseconds. */
  #lastDate = -1;
  #lastDay = 0;
  readonly #clock = new ClockReader();

  /** Whether a time starts at `at`. */
  read(line: string, at: number): boolean {
    const code = line.charCodeAt(at);
    this.lacking = 'nothing';
    if (isDigit(code)) {
      const digits = countDigits(line, at);
      if (digits === 4) return this.#yearFirst(line, at) || this.#dayless(line, at);
      if (digits <= 2) return this.#dayFirst(line, at) || this.#clockOnly(line, at);
      if (digits === 6 || digits === 8) return this.#compact(line, at, digits);
      return digits >= 10 && this.#epoch(line, at, digits);
    }
    if (code === 0x40) return this.#tai(line, at + 1);
    if (code === 0x5b) return this.#sinceBoot(line, at + 1);
    return isLetter(code) && this.#named(line, at);
  }

  /** `2026-03-09T00:00:04.209Z`, also with slashes, dots or colons, and IBM's `2005-06-03-15.42.50.675872`. */
  #yearFirst(line: string, at: number): boolean {
    const separator = line.charCodeAt(at + 4);
    if (separator !== 0x2d && separator !== 0x2f && separator !== 0x2e && separator !== 0x3a) return false;
    const year = four(line, at);
    const month = two(line, at + 5);
    const date = two(line, at + 8);
    if (line.charCodeAt(at + 7) !== separator || !this.#clock.readBehindDate(line, at + 10)) return false;
    return this.#end(line, year, month, date);
  }

  /** `20260309-00:00:04`, `20260309T000004Z`, and with two figures of the year: `081109 203615`, `130324  0:04:00`. */
  #compact(line: string, at: number, digits: number): boolean {
    const short = digits === 6;
    const year = short ? 2000 + two(line, at) : four(line, at);
    const from = at + digits;
    const separator = line.charCodeAt(from);
    if (separator !== 0x20 && separator !== 0x2d && separator !== 0x54) return false;
    const clockAt = line.charCodeAt(from + 1) === 0x20 ? from + 2 : from + 1;
    const isPacked = countDigits(line, clockAt) === 6;
    if (!(isPacked ? this.#clock.readPacked(line, clockAt) : this.#clock.read(line, clockAt))) return false;
    return this.#end(line, year, two(line, from - 4), two(line, from - 2));
  }

  /** `14.06.2024 15.16.01`, `6/14/2024 3:16:01 PM`, `10/Oct/2025:13:55:36 +0000`, `17/06/09 20:10:40`, `06-14 15:16:01`. */
  #dayFirst(line: string, at: number): boolean {
    const first = upToTwo(line, at);
    const separatorAt = at + (isDigit(line.charCodeAt(at + 1)) ? 2 : 1);
    const separator = line.charCodeAt(separatorAt);
    if (separator !== 0x2f && separator !== 0x2d && separator !== 0x2e && separator !== 0x20) return false;
    let next = separatorAt + 1;
    const month = threeLetters(line, next, months);
    if (month > 0) {
      next += 3;
      while (isLetter(line.charCodeAt(next)) || line.charCodeAt(next) === 0x2e) next += 1;
      return this.#yearAndClock(line, next + 1, month, first);
    }
    if (separator === 0x20 || !isDigit(line.charCodeAt(next))) return false;
    const other = upToTwo(line, next);
    next += isDigit(line.charCodeAt(next + 1)) ? 2 : 1;
    if (line.charCodeAt(next) !== separator) {
      // Month and day alone, as Android has them; with dots the day may come first.
      const isPair = separator === 0x2d || separator === 0x2e;
      if (!isPair || line.charCodeAt(next) !== 0x20 || !this.#clock.read(line, next + 1)) return false;
      this.lacking = 'year';
      return first > 12 ? this.#end(line, 1970, other, first) : this.#end(line, 1970, first, other);
    }
    const yearDigits = countDigits(line, next + 1);
    if (yearDigits === 2) {
      if (!this.#clock.readBehindDate(line, next + 3)) return false;
      const last = two(line, next + 1);
      return this.#end(line, 2000 + first, other, last) || this.#end(line, 2000 + last, first, other);
    }
    // With slashes the month comes first, unless it cannot.
    const monthFirst = (separator === 0x2f && first <= 12) || other > 12;
    return monthFirst
      ? this.#yearAndClock(line, next + 1, first, other)
      : this.#yearAndClock(line, next + 1, other, first);
  }

  /** `Sun Dec 04 04:47:44 2005`, `Sun, 04 Dec 2005 04:47:44`, `Jun 14 15:16:01`, `Jun 14, 2024 3:16:01 PM`. */
  #named(line: string, at: number): boolean {
    let next = at;
    if (threeLetters(line, next, weekdays) > 0) {
      next += line.charCodeAt(next + 3) === 0x2c ? 4 : 3;
      if (line.charCodeAt(next) !== 0x20) return false;
      next += 1;
      if (isDigit(line.charCodeAt(next))) return this.#dayFirst(line, next);
    }
    const month = threeLetters(line, next, months);
    if (month <= 0) return false;
    next += 3;
    while (isLetter(line.charCodeAt(next))) next += 1;
    const separator = line.charCodeAt(next);
    if (separator !== 0x20 && separator !== 0x2d && separator !== 0x2f) return false;
    next += line.charCodeAt(next + 1) === 0x20 ? 2 : 1;
    const date = upToTwo(line, next);
    if (!(date > 0)) return false;
    next += isDigit(line.charCodeAt(next + 1)) ? 2 : 1;
    if (line.charCodeAt(next) === 0x2c) next += 1;
    if (separator !== 0x20 || countDigits(line, next + 1) === 4) return this.#yearAndClock(line, next + 1, month, date);
    if (line.charCodeAt(next) !== 0x20 || !this.#clock.read(line, next + 1)) return false;
    // The year may come last, also behind a zone.
    this.#clock.milliseconds -= this.#clock.readZone(line);
    const yearAt = this.#clock.end + 1;
    if (
      countDigits(line, yearAt) === 4 &&
      line.charCodeAt(this.#clock.end) === 0x20 &&
      !isClockMark(line, yearAt + 4)
    ) {
      const year = four(line, yearAt);
      if (year >= 1970 && year < 2100) {
        this.#clock.end = yearAt + 4;
        return this.#end(line, year, month, date);
      }
    }
    this.lacking = 'year';
    return this.#end(line, 1970, month, date);
  }

  /** The month and day of glog and klog: `0614 15:16:01.123456`. */
  #dayless(line: string, at: number): boolean {
    if (line.charCodeAt(at + 4) !== 0x20 || !this.#clock.read(line, at + 5)) return false;
    this.lacking = 'year';
    return this.#end(line, 1970, two(line, at), two(line, at + 2));
  }

  #clockOnly(line: string, at: number): boolean {
    if (!this.#clock.read(line, at) || line.charCodeAt(this.#clock.end) === 0x3a) return false;
    this.lacking = 'day';
    return this.#end(line, 1970, 1, 1);
  }

  /** Seconds, milliseconds, microseconds or nanoseconds since 1970. */
  #epoch(line: string, at: number, digits: number): boolean {
    const end = at + digits;
    const seconds = digits >= 10 ? Number(line.slice(at, at + 10)) : 0;
    if ((digits - 10) % 3 !== 0 || digits > 19 || seconds < firstEpoch || seconds >= lastEpoch) return false;
    if (isLetter(line.charCodeAt(end))) return false;
    const rest = digits > 10 ? Number(`0.${line.slice(at + 10, end)}`) : 0;
    this.#clock.milliseconds = Math.floor(rest * second);
    this.#clock.end = end;
    if (digits === 10) {
      this.#clock.milliseconds = 0;
      this.#clock.readFraction(line);
    }
    this.time = seconds * second + this.#clock.milliseconds;
    this.end = this.#clock.end;
    return true;
  }

  /** TAI64 and TAI64N of daemontools: 16 or 24 hexadecimal figures. */
  #tai(line: string, at: number): boolean {
    let end = at;
    while (end < at + 25 && isHexadecimal(line.charCodeAt(end))) end += 1;
    if ((end !== at + 24 && end !== at + 16) || line.charCodeAt(at) !== 0x34) return false;
    const seconds = Number(`0x${line.slice(at + 1, at + 16)}`) - taiOffset;
    const nanoseconds = end === at + 24 ? Number(`0x${line.slice(at + 16, end)}`) : 0;
    this.time = seconds * second + Math.floor(nanoseconds / 1e6);
    this.end = end;
    return seconds < lastEpoch;
  }

  /** The kernel's seconds since it started: `[   12.345678]`. Starts behind the bracket. */
  #sinceBoot(line: string, at: number): boolean {
    let from = at;
    while (line.charCodeAt(from) === 0x20) from += 1;
    const digits = countDigits(line, from);
    const point = from + digits;
    if (digits === 0 || digits > 8 || line.charCodeAt(point) !== 0x2e) return false;
    const places = countDigits(line, point + 1);
    const end = point + 1 + places;
    if (places < 3 || line.charCodeAt(end) !== 0x5d) return false;
    this.lacking = 'start';
    this.time = Math.floor(Number(line.slice(from, end)) * second);
    this.end = end + 1;
    return true;
  }

  #yearAndClock(line: string, at: number, month: number, date: number): boolean {
    const digits = countDigits(line, at);
    if (digits !== 4 && digits !== 2) return false;
    const year = digits === 4 ? four(line, at) : 2000 + two(line, at);
    return this.#clock.readBehindDate(line, at + digits) && this.#end(line, year, month, date);
  }

  /** Takes the zone, and puts the time together; false where there is no such day. */
  #end(line: string, year: number, month: number, date: number): boolean {
    if (!(year >= 1970 && month >= 1 && month <= 12 && date >= 1 && date <= 31)) return false;
    const figures = (year * 16 + month) * 32 + date;
    if (figures !== this.#lastDate) {
      this.#lastDate = figures;
      this.#lastDay = Date.UTC(year, month - 1, date);
    }
    this.time = this.#lastDay + this.#clock.milliseconds - this.#clock.readZone(line);
    this.end = this.#clock.end;
    return true;
  }
}

function isClockMark(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 0x3a || code === 0x2e || code === 0x2d || code === 0x2f || isLetter(code);
}
