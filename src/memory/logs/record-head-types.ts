// What is known of a record by its head.

import { isDigit } from './characters.js';
import { levels, type Level } from './levels.js';
import { hashFactors } from './line-hash.js';
import type { Lacking } from './time-forms.js';

const { golden } = hashFactors;

export interface RecordHead {
  /** What a collector put in front: a container, a pod, a host. */
  readonly prefix: string | undefined;
  /**
   * Milliseconds since 1970; UTC where no zone is named. A time without a year is of 1970, one without a day of its
   * first; seconds since the machine started are counted from 1970.
   */
  readonly time: number | undefined;
  readonly lacking: Lacking;
  readonly level: Level | undefined;
  /** Logger, program or component. */
  readonly source: string | undefined;
  /** UTF-16 offset of the message in the line: behind prefix, time, level and source. */
  readonly message: number;
  /** What the record says, where that is no plain text from `message` on: of JSON, and of `key=value`. */
  readonly body: string | undefined;
  /** Whether the line starts like a record, without what a collector put in front. */
  readonly own: boolean;
  /** Level and source (without its figures) as a number: records of two sorts are never printed from one template. */
  readonly sort: number;
}

/** What a line says: without prefix, time, level and source. */
export function messageOf(line: string, { body, message }: RecordHead): string {
  return body ?? line.slice(message);
}

/** Level and source as a number whose lowest three bits are the level: 7 for none. Figures in a source do not count. */
export function sortOf(level: Level | undefined, source: string | undefined): number {
  let hash = 0;
  if (source !== undefined) {
    for (let at = 0; at < source.length; at += 1) {
      const code = source.charCodeAt(at);
      if (!isDigit(code)) hash = Math.imul(hash ^ code, golden);
    }
    hash ^= hash >>> 15;
  }
  return ((hash & ~7) | (level === undefined ? 7 : levels.indexOf(level))) >>> 0;
}

/** Of an indented line. */
export const headless: RecordHead = {
  prefix: undefined,
  time: undefined,
  lacking: 'nothing',
  level: undefined,
  source: undefined,
  message: 0,
  body: undefined,
  own: false,
  sort: 7,
};
