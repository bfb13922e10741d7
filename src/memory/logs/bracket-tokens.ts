// Reads what a head holds in brackets: times, levels, threads, numbers of processes, places in code.

import { isBlank, isCapital, isLetter, isNameCharacter, skipBlanks } from './characters.js';
import { longestName, type HeadDraft } from './head-draft.js';
import { isIdentity, isName, isNumber } from './head-words.js';
import { levelAt, levelOfLetter } from './levels.js';

/** Whether the bracket belongs to the head, or may. */
export function readBracket(head: HeadDraft, at: number, open: number): boolean {
  const { line } = head;
  const close = open === 0x5b ? 0x5d : open === 0x3c ? 0x3e : 0x29;
  let depth = 0;
  let end = at;
  for (const limit = Math.min(line.length, at + longestName); end < limit; end += 1) {
    const code = line.charCodeAt(end);
    if (code === open) depth += 1;
    else if (code === close && (depth -= 1) === 0) break;
  }
  if (line.charCodeAt(end) !== close || depth !== 0) return head.time === undefined && head.takeTime(at + 1);
  let from = skipBlanks(line, at + 1);
  let to = end;
  while (to > from && isBlank(line.charCodeAt(to - 1))) to -= 1;
  if (head.time === undefined) {
    // "[PDT Apr 16 21:05:29]" names the zone first.
    if (head.guesses > 0 && line.charCodeAt(from + 2) === 0x2f) return false;
    const timeAt = line.charCodeAt(from + 3) === 0x20 && isCapital(line.charCodeAt(from + 2)) ? from + 4 : from;
    if (head.takeTime(timeAt)) {
      const rest = skipBlanks(line, head.clocks.end);
      if (rest >= end || isIdentity(line, rest, end)) head.confirm(end + 1);
      return true;
    }
  }
  if (head.level === undefined && readBracketedLevel(head, from, to, end + 1)) return true;
  if (isIdentity(line, from, to)) {
    if (head.time !== undefined || head.level !== undefined) head.confirm(end + 1);
    else return head.maybe(end + 1);
    return true;
  }
  // A class and its line, as in "[...:FastLeaderElection@774]".
  const mark = line.lastIndexOf('@', to);
  if (mark > from && isNumber(line, mark + 1, to)) {
    to = mark;
    from = to;
    while (isNameCharacter(line.charCodeAt(from - 1))) from -= 1;
  }
  if (!isName(line, from, to)) return head.level === undefined && open !== 0x28 && head.maybe(end + 1);
  if (head.level !== undefined && (head.source === undefined || open === 0x5b)) {
    if (head.source !== undefined) return false;
    head.takeSource(from, to, end + 1);
    head.isThread = true;
    return open === 0x5b;
  }
  if (head.level !== undefined) return false;
  head.guess = line.slice(from, to);
  return head.maybe(end + 1);
}

/** `[error]`, `[core:info]`, `[Server thread/INFO]`. */
function readBracketedLevel(head: HeadDraft, from: number, to: number, end: number): boolean {
  const { line } = head;
  let start = to;
  while (start > from && isLetter(line.charCodeAt(start - 1))) start -= 1;
  const joiner = line.charCodeAt(start - 1);
  if (start > from && joiner !== 0x3a && joiner !== 0x2f) return false;
  const level =
    levelAt(line, start, to, true) ??
    (to - start === 1 && start === from ? levelOfLetter(line.charCodeAt(start)) : undefined);
  if (level === undefined) return false;
  if (start > from + 1) head.guess = line.slice(from, start - 1);
  head.own = true;
  head.takeLevel(level, end);
  return true;
}
