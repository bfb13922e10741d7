// Takes the head of a line apart: time, level and source in all the orders that logs print them in.

import { isBlank, isCapital, isDigit, isLetter, isNameCharacter, skipBlanks } from './characters.js';
import {
  attachedEnd,
  isClass,
  isCode,
  isDashes,
  isIdentity,
  isName,
  isFault,
  isNumber,
  isSetOff,
  isTagged,
  nameEnd,
  placeEnd,
  wordEnd,
} from './head-words.js';
import { collectorPrefix, runtimePrefix, type CollectorPrefix } from './collector-prefix.js';
import { levelAt, levelOfLetter, levelOfPriority, type Level } from './levels.js';
import { readJson, readPairs } from './structured-heads.js';
import { TimeReader, type Lacking } from './time-forms.js';

import { messageOf, sortOf, type RecordHead } from './record-head-types.js';

/** Tokens that are looked at before the message. */
const mostTokens = 12;
/** Names in front of messages are no longer. */
const longestName = 100;

/** Takes a line apart, word by word. */
export class HeadParser {
  readonly #clocks: TimeReader;
  #line = '';
  #prefix: string | undefined;
  #time: number | undefined;
  #lacking: Lacking = 'nothing';
  #level: Level | undefined;
  #source: string | undefined;
  #body: string | undefined;
  #own = false;
  /** Where the message starts, by what is known. */
  #message = 0;
  /** Where the token at hand starts. */
  #at = 0;
  /** Whether the source is what a bracket holds: a logger may follow a thread. */
  #isThread = false;
  /** A source if a level follows. */
  #guess: string | undefined;
  /** Names, numbers and words in capitals that belong to the head if a level follows. */
  #guesses = 0;

  constructor(clocks: TimeReader) {
    this.#clocks = clocks;
  }

  parse(line: string): RecordHead {
    this.#reset(line);
    const prefix = this.#collected();
    const from = prefix?.end ?? skipBlanks(line, 0);
    this.#message = prefix?.end ?? 0;
    if (!this.#structured(from)) this.#plain(from);
    return {
      prefix: prefix?.name ?? this.#prefix,
      time: this.#time ?? prefix?.time,
      lacking: this.#lacking,
      level: this.#level,
      source: this.#source,
      message: this.#message,
      body: this.#body,
      own: this.#own,
      sort: sortOf(this.#level, this.#source),
    };
  }

  #reset(line: string): void {
    this.#line = line;
    this.#prefix = undefined;
    this.#time = undefined;
    this.#lacking = 'nothing';
    this.#level = undefined;
    this.#source = undefined;
    this.#body = undefined;
    this.#guess = undefined;
    this.#own = false;
    this.#isThread = false;
    this.#message = 0;
    this.#guesses = 0;
  }

  #collected(): CollectorPrefix | undefined {
    const isTimed = isDigit(this.#line.charCodeAt(0)) && this.#clocks.read(this.#line, 0);
    return isTimed ? runtimePrefix(this.#line, this.#clocks) : collectorPrefix(this.#line);
  }

  #plain(from: number): void {
    const line = this.#line;
    this.#at = this.#priority(from);
    // A supercomputer's "- " says that nothing is wrong.
    if (line.startsWith('- ', from) && isDigit(line.charCodeAt(from + 2))) this.#at = from + 2;
    this.#tokens();
    if (this.#time === undefined) this.#rare(from);
    this.#own ||= this.#time !== undefined;
    // Words like "error:" in front of text that is no record are part of it.
    if (this.#own) return;
    this.#message = from;
    this.#source = undefined;
  }

  /** JSON and `key=value`. */
  #structured(from: number): boolean {
    const code = this.#line.charCodeAt(from);
    if (code === 0x74 && this.#line.startsWith('type=', from) && this.#line.includes(' msg=audit(')) return false;
    const fields =
      code === 0x7b
        ? readJson(this.#line, from, this.#clocks)
        : isLetter(code) || code === 0x40
          ? readPairs(this.#line, from, this.#clocks)
          : undefined;
    if (fields === undefined) return false;
    const inner = fields.wrapped === undefined ? undefined : new HeadParser(this.#clocks).parse(fields.wrapped);
    this.#time = inner?.time ?? fields.time;
    this.#level = inner?.level ?? fields.level;
    this.#source = inner?.source ?? fields.source;
    this.#body = inner === undefined ? fields.body : messageOf(fields.wrapped ?? '', inner);
    this.#message = fields.message;
    this.#own = inner?.own ?? true;
    return true;
  }

  /** Syslog's `<34>` and `<34>1 `, and the level that some print as `<W>`. */
  #priority(from: number): number {
    if (this.#line.charCodeAt(from) !== 0x3c) return from;
    const found = /^<(?:(\d{1,3})>(?:1 )?|([A-Z])>)/.exec(this.#line.slice(from, from + 8));
    if (found === null) return from;
    const [all, priority, letter = ''] = found;
    const isNew = all.endsWith('1 ');
    this.#level = priority === undefined ? levelOfLetter(letter.charCodeAt(0)) : levelOfPriority(Number(priority));
    this.#message = from + all.length;
    this.#own = true;
    if (isNew && this.#takeTime(this.#message)) this.#syslog();
    return this.#message;
  }

  /** The other fields of RFC 5424: host, program, process, kind of message, structured data. */
  #syslog(): void {
    const line = this.#line;
    const fields = /^(\S+) (\S+) \S+ \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?(?:\uFEFF)?/.exec(line.slice(this.#message));
    if (fields === null) return;
    const [all, host = '', program = ''] = fields;
    if (host !== '-') this.#prefix ??= host;
    if (program !== '-') this.#source = program;
    this.#message += all.length;
  }

  /** Takes token after token, as long as they belong to a head. */
  #tokens(): void {
    const from = this.#at;
    for (let token = 0; token < mostTokens; token += 1) {
      if (token > 0 || this.#time !== undefined) this.#skipJoiners();
      if (this.#at >= this.#line.length || !this.#token(this.#at === from)) return;
    }
  }

  /** Whether the token belongs to the head, or may. */
  #token(isFirst: boolean): boolean {
    const line = this.#line;
    const at = this.#at;
    const code = line.charCodeAt(at);
    if (this.#time === undefined && this.#takeTime(at)) return true;
    if (this.#guesses > 0 && this.#time !== undefined && isCapital(code) && this.#clocks.read(line, at)) {
      this.#confirm(this.#clocks.end);
      return true;
    }
    if (code === 0x5b || code === 0x3c || code === 0x28) return this.#bracketed(at, code);
    if (isLetter(code) || code === 0x2f || code === 0x5f) return this.#word(at, isFirst);
    if (isDigit(code)) return this.#figures(at);
    // GitHub's "##[error]".
    return code === 0x23 && line.startsWith('##[', at) && this.#bracketed(at + 2, 0x5b);
  }

  #takeTime(at: number): boolean {
    if (!this.#clocks.read(this.#line, at)) return false;
    this.#time = this.#clocks.time;
    this.#lacking = this.#clocks.lacking;
    this.#confirm(this.#clocks.end);
    return true;
  }

  /** The head goes at least so far. */
  #confirm(end: number): void {
    this.#at = end;
    this.#message = this.#skipped(end);
    this.#guesses = 0;
  }

  #takeLevel(level: Level, end: number): void {
    this.#level = level;
    this.#isThread = this.#source === undefined && this.#guess !== undefined;
    this.#source ??= this.#guess;
    this.#confirm(end);
  }

  #takeSource(from: number, to: number, end: number): void {
    this.#isThread = false;
    this.#source = this.#line.slice(from, to);
    this.#confirm(end);
  }

  #skipJoiners(): void {
    this.#at = this.#skipped(this.#at);
  }

  /** Behind spaces and what joins the parts of a head. */
  #skipped(at: number): number {
    const line = this.#line;
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

  /** A number, or a name that starts with one: part of the head if a level follows. */
  #figures(at: number): boolean {
    const line = this.#line;
    if (this.#time !== undefined && this.#clocks.read(line, at)) {
      this.#confirm(this.#clocks.end);
      return true;
    }
    let end = at;
    while (end < line.length && !isBlank(line.charCodeAt(end)) && line.charCodeAt(end) !== 0x5b) end += 1;
    return (line.charCodeAt(end) === 0x20 && this.#host(at, end)) || this.#maybe(end);
  }

  #maybe(end: number): boolean {
    this.#guesses += 1;
    this.#at = end;
    return this.#guesses <= 6;
  }

  #bracketed(at: number, open: number): boolean {
    const line = this.#line;
    const close = open === 0x5b ? 0x5d : open === 0x3c ? 0x3e : 0x29;
    let depth = 0;
    let end = at;
    for (const limit = Math.min(line.length, at + longestName); end < limit; end += 1) {
      const code = line.charCodeAt(end);
      if (code === open) depth += 1;
      else if (code === close && (depth -= 1) === 0) break;
    }
    if (line.charCodeAt(end) !== close || depth !== 0) return this.#time === undefined && this.#takeTime(at + 1);
    let from = skipBlanks(line, at + 1);
    let to = end;
    while (to > from && isBlank(line.charCodeAt(to - 1))) to -= 1;
    if (this.#time === undefined) {
      // "[PDT Apr 16 21:05:29]" names the zone first.
      if (this.#guesses > 0 && line.charCodeAt(from + 2) === 0x2f) return false;
      const timeAt = line.charCodeAt(from + 3) === 0x20 && isCapital(line.charCodeAt(from + 2)) ? from + 4 : from;
      if (this.#takeTime(timeAt)) {
        const rest = skipBlanks(line, this.#clocks.end);
        if (rest >= end || isIdentity(line, rest, end)) this.#confirm(end + 1);
        return true;
      }
    }
    if (this.#level === undefined && this.#bracketedLevel(from, to, end + 1)) return true;
    if (isIdentity(line, from, to)) {
      if (this.#time !== undefined || this.#level !== undefined) this.#confirm(end + 1);
      else return this.#maybe(end + 1);
      return true;
    }
    // A class and its line, as in "[...:FastLeaderElection@774]".
    const mark = line.lastIndexOf('@', to);
    if (mark > from && isNumber(line, mark + 1, to)) {
      to = mark;
      from = to;
      while (isNameCharacter(line.charCodeAt(from - 1))) from -= 1;
    }
    if (!isName(line, from, to)) return this.#level === undefined && open !== 0x28 && this.#maybe(end + 1);
    if (this.#level !== undefined && (this.#source === undefined || open === 0x5b)) {
      if (this.#source !== undefined) return false;
      this.#takeSource(from, to, end + 1);
      this.#isThread = true;
      return open === 0x5b;
    }
    if (this.#level !== undefined) return false;
    this.#guess = line.slice(from, to);
    return this.#maybe(end + 1);
  }

  /** `[error]`, `[core:info]`, `[Server thread/INFO]`. */
  #bracketedLevel(from: number, to: number, end: number): boolean {
    const line = this.#line;
    let start = to;
    while (start > from && isLetter(line.charCodeAt(start - 1))) start -= 1;
    const joiner = line.charCodeAt(start - 1);
    if (start > from && joiner !== 0x3a && joiner !== 0x2f) return false;
    const level =
      levelAt(line, start, to, true) ??
      (to - start === 1 && start === from ? levelOfLetter(line.charCodeAt(start)) : undefined);
    if (level === undefined) return false;
    if (start > from + 1) this.#guess = line.slice(from, start - 1);
    this.#own = true;
    this.#takeLevel(level, end);
    return true;
  }

  #word(at: number, isFirst: boolean): boolean {
    const line = this.#line;
    let letters = at;
    while (isLetter(line.charCodeAt(letters))) letters += 1;
    if (this.#levelWord(at, letters)) return true;
    const name = nameEnd(line, letters);
    const end = attachedEnd(line, name);
    const isInHead = this.#time !== undefined || this.#level !== undefined;
    if (
      isInHead &&
      (this.#source === undefined || this.#isThread) &&
      end - at <= longestName &&
      this.#sourceWord(at, name, end)
    )
      return true;
    if (this.#level !== undefined || !isBlank(line.charCodeAt(end))) {
      if (this.#level !== undefined || !isCode(line, at, name) || this.#time === undefined) return false;
      return this.#maybe(wordEnd(line, end));
    }
    // Before a time only a label may stand; a name only between a time and a level.
    const isGuess =
      this.#time === undefined
        ? isFirst && isCode(line, at, name) && isDigit(line.charCodeAt(end + 1))
        : isCode(line, at, name) || (this.#source === undefined && this.#message === at && this.#isLevelAt(end + 1));
    if (!isGuess) return false;
    this.#guess = line.slice(at, name);
    return this.#maybe(end);
  }

  #isLevelAt(at: number): boolean {
    let end = at;
    let isCapitals = true;
    for (let code = this.#line.charCodeAt(end); isLetter(code); code = this.#line.charCodeAt(end)) {
      isCapitals &&= isCapital(code);
      end += 1;
    }
    // Postgres prints "STATEMENT:" in the place of a level.
    if (isCapitals && end > at + 2 && this.#line.charCodeAt(end) === 0x3a) return true;
    return levelAt(this.#line, at, end, this.#line.charCodeAt(end) === 0x3a) !== undefined;
  }

  /** `ERROR`, `error:`, `WARN[0012]`, `I` where only a level is one letter, glog's `E0614 15:16:01.123456`. */
  #levelWord(at: number, end: number): boolean {
    const line = this.#line;
    const after = line.charCodeAt(end);
    if (end - at === 1) return this.#levelLetter(at, after);
    if (isNameCharacter(after) && after !== 0x2f) return false;
    const level = levelAt(line, at, end, this.#guesses > 1 || isSetOff(line, at, end));
    // Ruby prints its level twice: as a letter, and as a word.
    const isSecond = this.#level !== undefined;
    if (level === undefined || (isSecond && (this.#level !== level || this.#source !== undefined))) return false;
    const close = after === 0x5b || after === 0x28 ? line.indexOf(after === 0x5b ? ']' : ')', end) : -1;
    if (this.#time === undefined && isCapital(line.charCodeAt(at + 1))) this.#own = true;
    this.#takeLevel(
      level,
      close !== -1 && isIdentity(line, end + 1, close) ? close + 1 : after === 0x21 ? end + 1 : end,
    );
    return true;
  }

  #levelLetter(at: number, after: number): boolean {
    const line = this.#line;
    const level = this.#level === undefined ? levelOfLetter(line.charCodeAt(at)) : undefined;
    if (level === undefined) return false;
    if (this.#time === undefined) {
      if (isDigit(after) && this.#takeTime(at + 1)) {
        this.#level = level;
        return true;
      }
      const isRuby = after === 0x2c && line.charCodeAt(at + 3) === 0x5b;
      if (!isRuby && !isTagged(line, at + 1, 0x28)) return false;
    } else if (
      !isTagged(line, at + 1, 0x3a) &&
      !(isBlank(after) && (this.#guesses > 1 || isCapital(line.charCodeAt(at + 3))))
    ) {
      return false;
    }
    this.#own = true;
    this.#takeLevel(level, after === 0x2f ? at + 2 : at + 1);
    return true;
  }

  /** A name in front of a message: `name: `, `name[17]: `, `file.cc:17] `, `name - `, and in columns. */
  #sourceWord(at: number, name: number, end: number): boolean {
    const line = this.#line;
    const after = line.charCodeAt(end);
    const next = line.charCodeAt(end + 1);
    if (levelAt(line, at, name, true) !== undefined || isFault(line, name)) return false;
    if (after === 0x3a) {
      if (this.#isThread && !isClass(line, at, name)) return false;
      const place =
        isBlank(next) || Number.isNaN(next) || line.charCodeAt(at - 1) === 0x3a ? end + 1 : placeEnd(line, end);
      if (place === 0) return false;
      const isPath = next === 0x3a;
      this.#takeSource(at, isPath ? nameEnd(line, place, true) : name, isPath ? nameEnd(line, place, true) : place);
      return true;
    }
    if (this.#isThread && after !== 0x20) return false;
    if (end === line.length && line.charCodeAt(end - 1) === 0x5d) {
      // .NET prints level and category alone on a line.
      this.#own = true;
      this.#takeSource(at, name, end);
      return true;
    }
    if (after === 0x09 || after === 0x7c) {
      this.#takeSource(at, name, end);
      return true;
    }
    if (after !== 0x20) return false;
    if (!this.#isThread && end > name && line.charCodeAt(end - 1) === 0x5d) {
      this.#takeSource(at, name, end);
      return true;
    }
    if (this.#host(at, end)) return true;
    if (name !== end) return false;
    const isDashed = next === 0x2d && line.charCodeAt(end + 2) === 0x20;
    const isApart = next === 0x20 || next === 0x7c || (next === 0x3a && line.charCodeAt(end + 2) === 0x20);
    // Java's own logger prints class and method, and the level on the next line.
    const isAlone = isClass(line, at, name) && wordEnd(line, end + 1) === line.length;
    if (isApart || isAlone || (this.#level !== undefined && (isDashed || isClass(line, at, name)))) {
      this.#takeSource(at, name, end);
      return true;
    }
    if (isDashed) this.#guess = line.slice(at, name);
    return isDashed && this.#maybe(end);
  }

  /** Syslog's host, in front of a program: the program comes next. */
  #host(at: number, end: number): boolean {
    const line = this.#line;
    if (this.#level !== undefined && !line.startsWith('<')) return false;
    if (this.#time === undefined || this.#message !== at || this.#prefix !== undefined) return false;
    const program = nameEnd(line, end + 1);
    if (program === end + 1 || !isLetter(line.charCodeAt(end + 1)) || this.#isLevelAt(end + 1)) return false;
    const programEnd = attachedEnd(line, program);
    const hasProcess = line.charCodeAt(programEnd - 1) === 0x5d;
    const hasColon = line.charCodeAt(programEnd) === 0x3a && isBlank(line.charCodeAt(programEnd + 1));
    const isSyslog = this.#lacking === 'year' || line.startsWith('kernel', end + 1);
    if (!(hasProcess && (hasColon || isBlank(line.charCodeAt(programEnd)))) && !(hasColon && isSyslog)) return false;
    this.#prefix = line.slice(at, end);
    this.#confirm(end);
    return true;
  }

  /** Times behind something else. The address in front of an access log's time is part of what it says. */
  #rare(from: number): void {
    const line = this.#line;
    const bracket = line.indexOf('[', from);
    if (isAccess(line, from, bracket) && this.#clocks.read(line, bracket + 1)) {
      this.#time = this.#clocks.time;
      return;
    }
    const rare = rareStart.exec(line.slice(from, from + 80));
    if (rare === null || !this.#takeTime(from + rare[0].length)) return;
    const word = rare[1] ?? '';
    this.#level = levelAt(word, 0, word.length, true);
    while (line.charCodeAt(this.#message) === 0x3d) this.#message += 1;
  }
}

/** Whether what stands before the bracket of a web server's `[10/Oct/2025:13:55:36 +0000]` is an address and a user. */
function isAccess(line: string, from: number, bracket: number): boolean {
  return bracket > from && bracket < from + 120 && line.charCodeAt(bracket + 3) === 0x2f;
}

/** Slow query logs, games, Erlang, Linux audit, XML, subunit. */
const rareStart =
  /^(?:# Time: |L (?=\d)|=([A-Z]+) REPORT=+ |type=\S+ msg=audit\(|<\w+ ts="|time: |(?:\S+ ){2}-- \S+ -- - )/;
