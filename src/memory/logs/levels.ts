// How bad a record is by its own word: the names, letters and numbers that loggers print.

import { copyOf } from './copies.js';

export type Level = 'fatal' | 'error' | 'warning' | 'notice' | 'info' | 'debug' | 'trace';

/** From the worst on. */
export const levels: readonly Level[] = ['fatal', 'error', 'warning', 'notice', 'info', 'debug', 'trace'];

const names: Readonly<Record<Level, string>> = {
  fatal: 'fatal critical crit emergency emerg alert panic ftl dpanic crt',
  error: 'error err eror erro severe failure fail fehler erreur',
  warning: 'warning warn wrn wrng war warnung',
  notice: 'notice note ntc',
  info: 'info information informational inf log config audit',
  debug: 'debug dbg debg fine verbose verb',
  trace: 'trace trc finer finest trce silly',
};
/** Words that messages begin with as often as not: a level only where a bracket or a colon sets them off. */
const plainWords = new Set('alert failure fail war note log config audit fine'.split(' '));

interface Word {
  readonly text: string;
  readonly level: Level;
  readonly isPlain: boolean;
}

const shortest = 3;
const longest = 13;
/** By a hash of the letters, so that no text has to be cut out to be looked up. */
const words = new Map<number, Word>();
for (const level of levels) {
  for (const text of names[level].split(' ')) {
    words.set(hashOf(text, 0, text.length), { text, level, isPlain: plainWords.has(text) });
  }
}

function hashOf(line: string, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 33) + (line.charCodeAt(at) | 0x20)) | 0;
  return hash;
}

/**
 * The level that the letters between two places of a line name; undefined where they name none. In capitals a level
 * needs nothing around it. Other words, and words that messages begin with, do: `setOff`.
 */
export function levelAt(line: string, from: number, to: number, setOff: boolean): Level | undefined {
  if (to - from < shortest || to - from > longest) return undefined;
  const word = words.get(hashOf(line, from, to));
  if (word?.text.length !== to - from) return undefined;
  let capitals = true;
  for (let at = from; at < to; at += 1) {
    const code = line.charCodeAt(at);
    if ((code | 0x20) !== word.text.charCodeAt(at - from)) return undefined;
    if (code >= 0x61) capitals = false;
  }
  return setOff || (capitals && !word.isPlain) ? word.level : undefined;
}

const values = new Map<string, Level | undefined>();
const mostValues = 1000;

/** The level that a field's value names: a word, or a number of pino and bunyan (10 to 60) or of syslog (0 to 7). */
export function levelOfValue(value: string): Level | undefined {
  const known = values.get(value);
  if (known !== undefined) return known;
  const level = readValue(value);
  if (values.size < mostValues) values.set(copyOf(value), level);
  return level;
}

function readValue(value: string): Level | undefined {
  const word = value.trim();
  if (/^\d{1,2}$/.test(word)) {
    const number = Number(word);
    return number < 10 ? levelOfPriority(number) : levels[[60, 50, 40, 35, 30, 20, 10].findIndex((at) => number >= at)];
  }
  if (word.length === 1) return levelOfLetter(word.charCodeAt(0));
  return levelAt(word, 0, word.length, true);
}

/** Of a syslog priority: its lowest three bits say how severe it is. */
export function levelOfPriority(priority: number): Level {
  const severity = priority & 7;
  return severity <= 2 ? 'fatal' : (levels[severity - 2] ?? 'debug');
}

/** Of the one letter that logcat, glog, klog and MongoDB print. */
export function levelOfLetter(code: number): Level | undefined {
  switch (String.fromCharCode(code)) {
    case 'F':
    case 'A':
    case 'C':
      return 'fatal';
    case 'E':
      return 'error';
    case 'W':
      return 'warning';
    case 'N':
      return 'notice';
    case 'I':
      return 'info';
    case 'D':
      return 'debug';
    case 'V':
    case 'T':
      return 'trace';
    default:
      return undefined;
  }
}
