// The head of a line as far as it is known while its tokens are read.

import { isCapital, isLetter } from './characters.js';
import { isDashes } from './head-words.js';
import { levelAt, type Level } from './levels.js';
import type { Lacking, TimeReader } from './time-forms.js';

/** Names in front of messages are no longer. */
export const longestName = 100;

/** One object is used again and again. */
export class HeadDraft {
  line = '';
  prefix: string | undefined;
  time: number | undefined;
  lacking: Lacking = 'nothing';
  level: Level | undefined;
  source: string | undefined;
  body: string | undefined;
  own = false;
  /** Where the message starts, by what is known. */
  message = 0;
  /** Where the token at hand starts. */
  at = 0;
  /** Whether the source is what a bracket holds: a logger may follow a thread. */
  isThread = false;
  /** A source if a level follows. */
  guess: string | undefined;
  /** Names, numbers and words in capitals that belong to the head if a level follows. */
  guesses = 0;

  constructor(readonly clocks: TimeReader) {}

  reset(line: string): void {
    this.line = line;
    this.prefix = undefined;
    this.time = undefined;
    this.lacking = 'nothing';
    this.level = undefined;
    this.source = undefined;
    this.body = undefined;
    this.guess = undefined;
    this.own = false;
    this.isThread = false;
    this.message = 0;
    this.guesses = 0;
  }

  takeTime(at: number): boolean {
    if (!this.clocks.read(this.line, at)) return false;
    this.time = this.clocks.time;
    this.lacking = this.clocks.lacking;
    this.confirm(this.clocks.end);
    return true;
  }

  /** The head goes at least so far. */
  confirm(end: number): void {
    this.at = end;
    this.message = this.#skipped(end);
    this.guesses = 0;
  }

  takeLevel(level: Level, end: number): void {
    this.level = level;
    this.isThread = this.source === undefined && this.guess !== undefined;
    this.source ??= this.guess;
    this.confirm(end);
  }

  takeSource(from: number, to: number, end: number): void {
    this.isThread = false;
    this.source = this.line.slice(from, to);
    this.confirm(end);
  }

  /** Goes behind a token that belongs to the head if a level follows; false when there were too many of them. */
  maybe(end: number): boolean {
    this.guesses += 1;
    this.at = end;
    return this.guesses <= 6;
  }

  skipJoiners(): void {
    this.at = this.#skipped(this.at);
  }

  /** Behind spaces and what joins the parts of a head. */
  #skipped(at: number): number {
    const line = this.line;
    let next = at;
    for (;;) {
      const code = line.charCodeAt(next);
      // Blanks, and "]", ")", ">", "|", ",", ":", ";".
      if (
        code === 0x20 ||
        code === 0x09 ||
        code === 0x5d ||
        code === 0x29 ||
        code === 0x3e ||
        code === 0x7c ||
        code === 0x2c ||
        code === 0x3a ||
        code === 0x3b
      ) {
        next += 1;
      } else if (code === 0x2d && isDashes(line, next)) {
        while (line.charCodeAt(next) === 0x2d) next += 1;
      } else return next;
    }
  }

  /** Whether what stands there is a level, or in the place of one. */
  isLevelAt(at: number): boolean {
    let end = at;
    let isCapitals = true;
    for (let code = this.line.charCodeAt(end); isLetter(code); code = this.line.charCodeAt(end)) {
      isCapitals &&= isCapital(code);
      end += 1;
    }
    // Postgres prints "STATEMENT:" in the place of a level.
    if (isCapitals && end > at + 2 && this.line.charCodeAt(end) === 0x3a) return true;
    return levelAt(this.line, at, end, this.line.charCodeAt(end) === 0x3a) !== undefined;
  }
}
