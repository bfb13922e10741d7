// Reads hours, minutes and seconds at a place in a line, and the zone behind them.

import { isDigit, isLetter } from './characters.js';
import { hour, minute, second, two, upToTwo } from './time-figures.js';

/** Names without a zone are taken for UTC, and so are those that several zones share. */
const zoneHours = new Map(
  Object.entries({
    UTC: 0,
    GMT: 0,
    WET: 0,
    WEST: 1,
    CET: 1,
    CEST: 2,
    EET: 2,
    EEST: 3,
    MSK: 3,
    JST: 9,
    AEST: 10,
  }).concat(Object.entries({ AEDT: 11, EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 })),
);

/** One object is used again and again. */
export class ClockReader {
  /** Since the day began. */
  milliseconds = 0;
  /** Just after what was read last. */
  end = 0;

  /** Reads the clock behind what separates it from the date. */
  readBehindDate(line: string, at: number): boolean {
    const code = line.charCodeAt(at);
    // One of "T", "t", "_", "-", ":", " " and ",", and spaces; "2014 - 01:25:17" too.
    if (code !== 0x54 && code !== 0x20 && code !== 0x3a && code !== 0x2d && code !== 0x2c && code !== 0x5f)
      return false;
    let next = at + 1;
    while (line.charCodeAt(next) === 0x20 && next < at + 3) next += 1;
    if (line.charCodeAt(next) === 0x2d && line.charCodeAt(next + 1) === 0x20) next += 2;
    return this.read(line, next);
  }

  /** Hours, minutes, seconds and their fraction, then AM or PM. */
  read(line: string, at: number): boolean {
    const hours = upToTwo(line, at);
    let next = at + (isDigit(line.charCodeAt(at + 1)) ? 2 : 1);
    const separator = line.charCodeAt(next);
    const minutes = two(line, next + 1);
    if (!(hours >= 0 && hours < 24 && minutes < 60) || (separator !== 0x3a && separator !== 0x2e)) return false;
    next += 3;
    let clock = hours * hour + minutes * minute;
    if (line.charCodeAt(next) === separator) {
      const seconds = two(line, next + 1);
      if (!(seconds <= 60)) return false;
      clock += seconds * second;
      next += 3;
    } else if (separator === 0x2e) return false;
    if (isDigit(line.charCodeAt(next))) return false;
    this.milliseconds = clock;
    this.end = next;
    this.readFraction(line);
    this.#half(line, hours);
    return true;
  }

  /** Six figures without a mark between them, and a fraction. */
  readPacked(line: string, at: number): boolean {
    const [hours, minutes, seconds] = [two(line, at), two(line, at + 2), two(line, at + 4)];
    if (hours > 23 || minutes > 59 || seconds > 60) return false;
    this.milliseconds = hours * hour + minutes * minute + seconds * second;
    this.end = at + 6;
    this.readFraction(line);
    return true;
  }

  /** Adds the fraction of a second that is behind what was read. */
  readFraction(line: string): void {
    const mark = line.charCodeAt(this.end);
    if (mark !== 0x2e && mark !== 0x2c) return;
    let next = this.end + 1;
    let scale = 100;
    let code = line.charCodeAt(next);
    if (!isDigit(code)) return;
    while (isDigit(code)) {
      if (scale >= 1) this.milliseconds += (code - 0x30) * scale;
      scale = scale / 10;
      next += 1;
      code = line.charCodeAt(next);
    }
    this.end = next;
  }

  /** AM or PM. */
  #half(line: string, hours: number): void {
    const from = line.charCodeAt(this.end) === 0x20 ? this.end + 1 : this.end;
    const code = line.charCodeAt(from) | 0x20;
    if ((code !== 0x61 && code !== 0x70) || (line.charCodeAt(from + 1) | 0x20) !== 0x6d || hours > 12) return;
    if (isLetter(line.charCodeAt(from + 2))) return;
    if (code === 0x70 && hours < 12) this.milliseconds += 12 * hour;
    if (code === 0x61 && hours === 12) this.milliseconds -= 12 * hour;
    this.end = from + 2;
  }

  /** Milliseconds that the zone there is ahead of UTC; goes behind it. */
  readZone(line: string): number {
    const code = line.charCodeAt(this.end);
    if (code === 0x5a) {
      if (!isLetter(line.charCodeAt(this.end + 1))) this.end += 1;
      return 0;
    }
    const from = code === 0x20 ? this.end + 1 : this.end;
    const sign = line.charCodeAt(from);
    if (sign === 0x2b || sign === 0x2d) return this.#offset(line, from, sign === 0x2d ? -1 : 1);
    if (from === this.end || sign < 0x41 || sign > 0x57) return 0;
    let end = from;
    while (isLetter(line.charCodeAt(end)) && end < from + 5) end += 1;
    const hours = end - from < 3 ? undefined : zoneHours.get(line.slice(from, end));
    if (hours === undefined) return 0;
    this.end = end;
    return hours * hour;
  }

  #offset(line: string, at: number, sign: number): number {
    const hours = two(line, at + 1);
    const colon = line.charCodeAt(at + 3) === 0x3a ? 1 : 0;
    const minutes = two(line, at + 3 + colon);
    // Postgres prints whole hours.
    const end = minutes < 60 ? at + 5 + colon : at + 3;
    if (!(hours <= 14) || isDigit(line.charCodeAt(end))) return 0;
    this.end = end;
    return sign * (hours * hour + (minutes < 60 ? minutes * minute : 0));
  }
}
