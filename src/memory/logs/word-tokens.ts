// Reads words of a head: levels, and names in front of messages. Each tells whether the word belongs to the head, or may.

import { isBlank, isCapital, isDigit, isLetter, isNameCharacter } from './characters.js';
import { longestName, type HeadDraft } from './head-draft.js';
import {
  attachedEnd,
  isClass,
  isCode,
  isFault,
  isIdentity,
  isSetOff,
  isTagged,
  nameEnd,
  placeEnd,
  wordEnd,
} from './head-words.js';
import { readHost } from './host-tokens.js';
import { levelAt, levelOfLetter } from './levels.js';

export function readWord(head: HeadDraft, at: number, isFirst: boolean): boolean {
  const { line } = head;
  let letters = at;
  while (isLetter(line.charCodeAt(letters))) letters += 1;
  if (readLevelWord(head, at, letters)) return true;
  const name = nameEnd(line, letters);
  const end = attachedEnd(line, name);
  const isInHead = head.time !== undefined || head.level !== undefined;
  if (
    isInHead &&
    (head.source === undefined || head.isThread) &&
    end - at <= longestName &&
    readSourceWord(head, at, name, end)
  )
    return true;
  if (head.level !== undefined || !isBlank(line.charCodeAt(end))) {
    if (head.level !== undefined || !isCode(line, at, name) || head.time === undefined) return false;
    return head.maybe(wordEnd(line, end));
  }
  // Before a time only a label may stand; a name only between a time and a level.
  const isGuess =
    head.time === undefined
      ? isFirst && isCode(line, at, name) && isDigit(line.charCodeAt(end + 1))
      : isCode(line, at, name) || (head.source === undefined && head.message === at && head.isLevelAt(end + 1));
  if (!isGuess) return false;
  head.guess = line.slice(at, name);
  return head.maybe(end);
}

/** `ERROR`, `error:`, `WARN[0012]`, `I` where only a level is one letter, glog's `E0614 15:16:01.123456`. */
function readLevelWord(head: HeadDraft, at: number, end: number): boolean {
  const { line } = head;
  const after = line.charCodeAt(end);
  if (end - at === 1) return readLevelLetter(head, at, after);
  if (isNameCharacter(after) && after !== 0x2f) return false;
  const level = levelAt(line, at, end, head.guesses > 1 || isSetOff(line, at, end));
  // Ruby prints its level twice: as a letter, and as a word.
  const isSecond = head.level !== undefined;
  if (level === undefined || (isSecond && (head.level !== level || head.source !== undefined))) return false;
  const close = after === 0x5b || after === 0x28 ? line.indexOf(after === 0x5b ? ']' : ')', end) : -1;
  if (head.time === undefined && isCapital(line.charCodeAt(at + 1))) head.own = true;
  head.takeLevel(level, close !== -1 && isIdentity(line, end + 1, close) ? close + 1 : after === 0x21 ? end + 1 : end);
  return true;
}

function readLevelLetter(head: HeadDraft, at: number, after: number): boolean {
  const { line } = head;
  const level = head.level === undefined ? levelOfLetter(line.charCodeAt(at)) : undefined;
  if (level === undefined) return false;
  if (head.time === undefined) {
    if (isDigit(after) && head.takeTime(at + 1)) {
      head.level = level;
      return true;
    }
    const isRuby = after === 0x2c && line.charCodeAt(at + 3) === 0x5b;
    if (!isRuby && !isTagged(line, at + 1, 0x28)) return false;
  } else if (
    !isTagged(line, at + 1, 0x3a) &&
    !(isBlank(after) && (head.guesses > 1 || isCapital(line.charCodeAt(at + 3))))
  ) {
    return false;
  }
  head.own = true;
  head.takeLevel(level, after === 0x2f ? at + 2 : at + 1);
  return true;
}

/** A name in front of a message: `name: `, `name[17]: `, `file.cc:17] `, `name - `, and in columns. */
function readSourceWord(head: HeadDraft, at: number, name: number, end: number): boolean {
  const { line } = head;
  const after = line.charCodeAt(end);
  const next = line.charCodeAt(end + 1);
  if (levelAt(line, at, name, true) !== undefined || isFault(line, name)) return false;
  if (after === 0x3a) {
    if (head.isThread && !isClass(line, at, name)) return false;
    const place =
      isBlank(next) || Number.isNaN(next) || line.charCodeAt(at - 1) === 0x3a ? end + 1 : placeEnd(line, end);
    if (place === 0) return false;
    const isPath = next === 0x3a;
    head.takeSource(at, isPath ? nameEnd(line, place, true) : name, isPath ? nameEnd(line, place, true) : place);
    return true;
  }
  if (head.isThread && after !== 0x20) return false;
  if (end === line.length && line.charCodeAt(end - 1) === 0x5d) {
    // .NET prints level and category alone on a line.
    head.own = true;
    head.takeSource(at, name, end);
    return true;
  }
  if (after === 0x09 || after === 0x7c) {
    head.takeSource(at, name, end);
    return true;
  }
  if (after !== 0x20) return false;
  if (!head.isThread && end > name && line.charCodeAt(end - 1) === 0x5d) {
    head.takeSource(at, name, end);
    return true;
  }
  if (readHost(head, at, end)) return true;
  if (name !== end) return false;
  const isDashed = next === 0x2d && line.charCodeAt(end + 2) === 0x20;
  const isApart = next === 0x20 || next === 0x7c || (next === 0x3a && line.charCodeAt(end + 2) === 0x20);
  // Java's own logger prints class and method, and the level on the next line.
  const isAlone = isClass(line, at, name) && wordEnd(line, end + 1) === line.length;
  if (isApart || isAlone || (head.level !== undefined && (isDashed || isClass(line, at, name)))) {
    head.takeSource(at, name, end);
    return true;
  }
  if (isDashed) head.guess = line.slice(at, name);
  return isDashed && head.maybe(end);
}
