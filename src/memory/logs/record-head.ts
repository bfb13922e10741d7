// The head of a log's record: what stands in front of its message. Runs for every line.

import { HeadParser } from './head-parser.js';
import { HeadZones } from './head-zones.js';
import type { RecordHead } from './record-head-types.js';
import { TimeReader } from './time-forms.js';

export type { Level } from './levels.js';
export { headless, messageOf, sortOf, type RecordHead } from './record-head-types.js';

/** Reads the heads of lines, one after the other: sooner where they are written as those before. */
export class HeadReader {
  readonly #clocks = new TimeReader();
  readonly #parser = new HeadParser(this.#clocks);
  readonly #zones = new HeadZones();

  read(line: string): RecordHead {
    const from = timePlace(line);
    if (!this.#clocks.read(line, from) && !(from === 0 && line.charCodeAt(0) === 0x5b && this.#clocks.read(line, 1))) {
      return this.#parser.parse(line);
    }
    const { time, lacking, end } = this.#clocks;
    const known = this.#zones.find(line, end, time, lacking);
    if (known !== undefined) return known;
    const head = this.#parser.parse(line);
    if (head.time === time && head.body === undefined) this.#zones.learn(line, end, head);
    return head;
  }
}

/** Where a time is most likely: at the start, or behind a supercomputer's "- ". */
function timePlace(line: string): number {
  return line.charCodeAt(0) === 0x2d && line.charCodeAt(1) === 0x20 ? 2 : 0;
}

/** The head of one line. */
export function readHead(line: string): RecordHead {
  return new HeadParser(new TimeReader()).parse(line);
}
