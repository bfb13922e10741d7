// Heads of records that are JSON or `key=value` pairs: time, level, logger and message from their usual fields.

import { isNameCharacter, skipBlanks } from './characters.js';
import { copyOf } from './copies.js';
import { wordEnd } from './head-words.js';
import { levelOfValue, type Level } from './levels.js';
import type { TimeReader } from './time-forms.js';

export interface Fields {
  readonly time: number | undefined;
  readonly level: Level | undefined;
  readonly source: string | undefined;
  /** Message and error. Undefined where the record has neither: its whole text is what it says. */
  readonly body: string | undefined;
  /** UTF-16 offset of the message's value; of the record, where it has none. */
  readonly message: number;
  /** The line that Docker put into a record of its own. */
  readonly wrapped: string | undefined;
}

type Role = 'time' | 'level' | 'source' | 'message' | 'error';

/** Names of fields in lower case, the more telling ones first. */
const names: Readonly<Record<Role, string>> = {
  time: 'timestamp @timestamp time ts @t t t.$date timestamp.$date datetime date eventtime asctime time_iso8601 __realtime_timestamp',
  level: 'level severity lvl levelname log.level loglevel log_level level_name @l s priority',
  source:
    'logger name component service module logger_name loggername log.logger service.name syslog_identifier c sourcecontext category app program',
  message: 'msg message @m @mt short_message log event text description eventid body reason',
  error:
    'error err exception error.message err.message exception.message err.type error.type exc_info @x stack stack_trace stacktrace error.stack_trace err.stack',
};
interface Field {
  readonly role: Role;
  readonly rank: number;
}
/** Also names of other fields, so that they are looked at once. */
const fieldsByName = new Map<string, Field | undefined>();
const mostNames = 4096;
for (const [role, all] of Object.entries(names) as [Role, string][]) {
  for (const [rank, name] of all.split(' ').entries()) fieldsByName.set(name, { role, rank });
}
const dockerNames = ['log', 'stream', 'time'];

function fieldOf(name: string): Field | undefined {
  const field = fieldsByName.get(name);
  if (field !== undefined || fieldsByName.has(name)) return field;
  const found = fieldsByName.get(name.toLowerCase());
  if (fieldsByName.size < mostNames) fieldsByName.set(copyOf(name), found);
  return found;
}

/** Objects that hold such fields. */
const holders = /^(?:log|t|timestamp|service|error|err|exception)$/;

/** Of an object that starts at `from`. Undefined where it is none, or cut off before it says anything. */
export function readJson(line: string, from: number, clocks: TimeReader): Fields | undefined {
  const found = new FoundFields(line, clocks);
  const end = scanObject(line, from, '', found);
  const isWhole = end !== undefined && end <= line.length;
  return end !== undefined && (found.isRecord || (isWhole && found.hasKeys)) ? found.fields(from, true) : undefined;
}

/** Of at least two pairs, a level, a time or a message among them. */
export function readPairs(line: string, from: number, clocks: TimeReader): Fields | undefined {
  let at = from;
  let pairs = 0;
  let found: FoundFields | undefined;
  while (at < line.length) {
    let equals = at;
    while (isNameCharacter(line.charCodeAt(equals))) equals += 1;
    if (line.charCodeAt(equals) !== 0x3d || equals === at) {
      // Between pairs there may be words, but not before the second.
      if (found === undefined || pairs < 2) return undefined;
      const blank = line.indexOf(' ', at);
      if (blank === -1) break;
      at = skipBlanks(line, blank);
      continue;
    }
    found ??= new FoundFields(line, clocks);
    const start = equals + 1;
    const isQuoted = line.charCodeAt(start) === 0x22;
    const end = isQuoted ? stringEnd(line, start) : wordEnd(line, start);
    found.add(line.slice(at, equals), isQuoted ? start + 1 : start, isQuoted ? end - 1 : end);
    pairs += 1;
    at = skipBlanks(line, end);
  }
  return pairs >= 2 && found?.isRecord === true ? found.fields(from, false) : undefined;
}

/** The best field of each role so far, as places in the line. */
class FoundFields {
  readonly #ranks: Record<Role, number> = { time: 99, level: 99, source: 99, message: 99, error: 99 };
  readonly #places: Partial<Record<Role, readonly [number, number]>> = {};
  #names = 0;
  /** Docker's own records have just these fields. */
  #isDocker = true;

  constructor(
    readonly line: string,
    readonly clocks: TimeReader,
  ) {}

  get isRecord(): boolean {
    return this.#places.level !== undefined || this.#places.time !== undefined || this.#places.message !== undefined;
  }

  get hasKeys(): boolean {
    return this.#names > 0;
  }

  add(name: string, from: number, to: number): void {
    this.#isDocker &&= name === dockerNames[this.#names];
    this.#names += 1;
    const field = fieldOf(name);
    if (field === undefined || field.rank >= this.#ranks[field.role] || to <= from) return;
    this.#ranks[field.role] = field.rank;
    this.#places[field.role] = [from, to];
  }

  fields(from: number, isJson: boolean): Fields {
    const { time, level, source, message, error } = this.#places;
    const said = message && this.#text(message);
    const failed = error && this.#text(error);
    const isWrapped = isJson && this.#isDocker && this.#names === dockerNames.length && said !== undefined;
    return {
      time: time && this.#timeAt(time),
      level: level && levelOfValue(this.#text(level)),
      source: source && this.#text(source),
      body: said === undefined || failed === undefined || said === failed ? (said ?? failed) : `${said} ${failed}`,
      message: message?.[0] ?? error?.[0] ?? from,
      wrapped: isWrapped ? said.replace(/\n$/, '') : undefined,
    };
  }

  #text([from, to]: readonly [number, number]): string {
    const text = this.line.slice(from, to);
    if (!text.includes('\\')) return text;
    try {
      return String(JSON.parse(`"${text}"`));
    } catch {
      return text;
    }
  }

  #timeAt([from, to]: readonly [number, number]): number | undefined {
    if (this.clocks.read(this.line, from)) return this.clocks.time;
    const seconds = Number(this.line.slice(from, to));
    return seconds > 1e9 && seconds < 4.2e9 ? Math.floor(seconds * 1000) : undefined;
  }
}

/** Adds the fields of an object; returns where it ends, or where the text does. Undefined where it is no object. */
function scanObject(line: string, from: number, path: string, found: FoundFields): number | undefined {
  let at = skipSpace(line, from + 1);
  while (at < line.length && line.charCodeAt(at) !== 0x7d) {
    if (line.charCodeAt(at) !== 0x22) return undefined;
    const keyEnd = stringEnd(line, at);
    const key = path + line.slice(at + 1, keyEnd - 1);
    at = skipSpace(line, keyEnd);
    if (at >= line.length) break;
    if (line.charCodeAt(at) !== 0x3a) return undefined;
    at = skipSpace(line, at + 1);
    const code = line.charCodeAt(at);
    if (code === 0x22) {
      const end = stringEnd(line, at);
      found.add(key, at + 1, end - 1);
      at = end;
    } else if (code === 0x7b && path === '' && holders.test(key)) {
      const end = scanObject(line, at, `${key}.`, found);
      if (end === undefined) return undefined;
      at = end;
    } else if (code === 0x7b || code === 0x5b) {
      at = nestedEnd(line, at);
    } else {
      let end = at;
      while (end < line.length && !endsLiteral(line.charCodeAt(end))) end += 1;
      if (end === at) return undefined;
      if (line.charCodeAt(at) !== 0x6e) found.add(key, at, end);
      at = end;
    }
    at = skipSpace(line, at);
    if (line.charCodeAt(at) === 0x2c) at = skipSpace(line, at + 1);
  }
  return at + 1;
}

/** Just behind the string that starts at `at`, or the text's end and one. */
function stringEnd(line: string, at: number): number {
  let end = line.indexOf('"', at + 1);
  while (end !== -1) {
    let escapes = 0;
    while (line.charCodeAt(end - 1 - escapes) === 0x5c) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
    end = line.indexOf('"', end + 1);
  }
  return line.length + 1;
}

/** Just behind an object or a list. */
function nestedEnd(line: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === 0x22) {
      at = stringEnd(line, at);
      continue;
    }
    if (code === 0x7b || code === 0x5b) depth += 1;
    if (code === 0x7d || code === 0x5d) depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return at;
}

/** A comma, a brace, a space. */
function endsLiteral(code: number): boolean {
  return code === 0x2c || code === 0x7d || code <= 0x20;
}

function skipSpace(line: string, at: number): number {
  let next = at;
  for (let code = line.charCodeAt(next); code <= 0x20; code = line.charCodeAt(next)) next += 1;
  return next;
}
