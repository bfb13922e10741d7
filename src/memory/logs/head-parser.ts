// Takes the head of a line apart: time, level and source in all the orders that logs print them in.

import { readBracket } from './bracket-tokens.js';
import { isCapital, isDigit, isLetter, skipBlanks } from './characters.js';
import { collectorPrefix, runtimePrefix, type CollectorPrefix } from './collector-prefix.js';
import { HeadDraft } from './head-draft.js';
import { readFigures } from './host-tokens.js';
import { levelAt, levelOfLetter, levelOfPriority } from './levels.js';
import { messageOf, sortOf, type RecordHead } from './record-head-types.js';
import { readJson, readPairs } from './structured-heads.js';
import type { TimeReader } from './time-forms.js';
import { readWord } from './word-tokens.js';

/** Tokens that are looked at before the message. */
const mostTokens = 12;

/** Slow query logs, games, Erlang, Linux audit, XML, subunit. */
const rareStart =
  /^(?:# Time: |L (?=\d)|=([A-Z]+) REPORT=+ |type=\S+ msg=audit\(|<\w+ ts="|time: |(?:\S+ ){2}-- \S+ -- - )/;

/** Takes a line apart, word by word. */
export class HeadParser {
  readonly #head: HeadDraft;

  constructor(clocks: TimeReader) {
    this.#head = new HeadDraft(clocks);
  }

  parse(line: string): RecordHead {
    const head = this.#head;
    head.reset(line);
    const prefix = readCollected(head);
    const from = prefix?.end ?? skipBlanks(line, 0);
    head.message = prefix?.end ?? 0;
    if (!readStructured(head, from)) readPlain(head, from);
    const { lacking, level, source, message, body, own } = head;
    const time = head.time ?? prefix?.time;
    return {
      prefix: prefix?.name ?? head.prefix,
      time,
      lacking,
      level,
      source,
      message,
      body,
      own,
      sort: sortOf(level, source),
    };
  }
}

function readCollected(head: HeadDraft): CollectorPrefix | undefined {
  const isTimed = isDigit(head.line.charCodeAt(0)) && head.clocks.read(head.line, 0);
  return isTimed ? runtimePrefix(head.line, head.clocks) : collectorPrefix(head.line);
}

function readPlain(head: HeadDraft, from: number): void {
  const { line } = head;
  head.at = readPriority(head, from);
  // A supercomputer's "- " says that nothing is wrong.
  if (line.startsWith('- ', from) && isDigit(line.charCodeAt(from + 2))) head.at = from + 2;
  readTokens(head);
  if (head.time === undefined) readRare(head, from);
  head.own ||= head.time !== undefined;
  // Words like "error:" in front of text that is no record are part of it.
  if (head.own) return;
  head.message = from;
  head.source = undefined;
}

/** JSON and `key=value`. */
function readStructured(head: HeadDraft, from: number): boolean {
  const code = head.line.charCodeAt(from);
  if (code === 0x74 && head.line.startsWith('type=', from) && head.line.includes(' msg=audit(')) return false;
  const fields =
    code === 0x7b
      ? readJson(head.line, from, head.clocks)
      : isLetter(code) || code === 0x40
        ? readPairs(head.line, from, head.clocks)
        : undefined;
  if (fields === undefined) return false;
  const inner = fields.wrapped === undefined ? undefined : new HeadParser(head.clocks).parse(fields.wrapped);
  head.time = inner?.time ?? fields.time;
  head.level = inner?.level ?? fields.level;
  head.source = inner?.source ?? fields.source;
  head.body = inner === undefined ? fields.body : messageOf(fields.wrapped ?? '', inner);
  head.message = fields.message;
  head.own = inner?.own ?? true;
  return true;
}

/** Syslog's `<34>` and `<34>1 `, and the level that some print as `<W>`. */
function readPriority(head: HeadDraft, from: number): number {
  if (head.line.charCodeAt(from) !== 0x3c) return from;
  const found = /^<(?:(\d{1,3})>(?:1 )?|([A-Z])>)/.exec(head.line.slice(from, from + 8));
  if (found === null) return from;
  const [all, priority, letter = ''] = found;
  const isNew = all.endsWith('1 ');
  head.level = priority === undefined ? levelOfLetter(letter.charCodeAt(0)) : levelOfPriority(Number(priority));
  head.message = from + all.length;
  head.own = true;
  if (isNew && head.takeTime(head.message)) readSyslog(head);
  return head.message;
}

/** The other fields of RFC 5424: host, program, process, kind of message, structured data. */
function readSyslog(head: HeadDraft): void {
  const { line } = head;
  const fields = /^(\S+) (\S+) \S+ \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?(?:\uFEFF)?/.exec(line.slice(head.message));
  if (fields === null) return;
  const [all, host = '', program = ''] = fields;
  if (host !== '-') head.prefix ??= host;
  if (program !== '-') head.source = program;
  head.message += all.length;
}

/** Takes token after token, as long as they belong to a head. */
function readTokens(head: HeadDraft): void {
  const from = head.at;
  for (let token = 0; token < mostTokens; token += 1) {
    if (token > 0 || head.time !== undefined) head.skipJoiners();
    if (head.at >= head.line.length || !readToken(head, head.at === from)) return;
  }
}

/** Whether the token belongs to the head, or may. */
function readToken(head: HeadDraft, isFirst: boolean): boolean {
  const { line, at } = head;
  const code = line.charCodeAt(at);
  if (head.time === undefined && head.takeTime(at)) return true;
  if (head.guesses > 0 && head.time !== undefined && isCapital(code) && head.clocks.read(line, at)) {
    head.confirm(head.clocks.end);
    return true;
  }
  if (code === 0x5b || code === 0x3c || code === 0x28) return readBracket(head, at, code);
  if (isLetter(code) || code === 0x2f || code === 0x5f) return readWord(head, at, isFirst);
  if (isDigit(code)) return readFigures(head, at);
  // GitHub's "##[error]".
  return code === 0x23 && line.startsWith('##[', at) && readBracket(head, at + 2, 0x5b);
}

/** Times behind something else. The address in front of an access log's time is part of what it says. */
function readRare(head: HeadDraft, from: number): void {
  const { line } = head;
  const bracket = line.indexOf('[', from);
  if (isAccess(line, from, bracket) && head.clocks.read(line, bracket + 1)) {
    head.time = head.clocks.time;
    return;
  }
  const rare = rareStart.exec(line.slice(from, from + 80));
  if (rare === null || !head.takeTime(from + rare[0].length)) return;
  const word = rare[1] ?? '';
  head.level = levelAt(word, 0, word.length, true);
  while (line.charCodeAt(head.message) === 0x3d) head.message += 1;
}

/** Whether what stands before the bracket of a web server's `[10/Oct/2025:13:55:36 +0000]` is an address and a user. */
function isAccess(line: string, from: number, bracket: number): boolean {
  return bracket > from && bracket < from + 120 && line.charCodeAt(bracket + 3) === 0x2f;
}
