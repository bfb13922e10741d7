// Reads figures of a head, and the host in front of a program. Each tells whether they belong to the head, or may.

import { isBlank, isLetter } from './characters.js';
import type { HeadDraft } from './head-draft.js';
import { attachedEnd, nameEnd } from './head-words.js';

/** A number, or a name that starts with one: part of the head if a level follows. */
export function readFigures(head: HeadDraft, at: number): boolean {
  const { line } = head;
  if (head.time !== undefined && head.clocks.read(line, at)) {
    head.confirm(head.clocks.end);
    return true;
  }
  let end = at;
  while (end < line.length && !isBlank(line.charCodeAt(end)) && line.charCodeAt(end) !== 0x5b) end += 1;
  return (line.charCodeAt(end) === 0x20 && readHost(head, at, end)) || head.maybe(end);
}

/** Syslog's host, in front of a program: the program comes next. */
export function readHost(head: HeadDraft, at: number, end: number): boolean {
  const { line } = head;
  if (head.level !== undefined && !line.startsWith('<')) return false;
  if (head.time === undefined || head.message !== at || head.prefix !== undefined) return false;
  const program = nameEnd(line, end + 1);
  if (program === end + 1 || !isLetter(line.charCodeAt(end + 1)) || head.isLevelAt(end + 1)) return false;
  const programEnd = attachedEnd(line, program);
  const hasProcess = line.charCodeAt(programEnd - 1) === 0x5d;
  const hasColon = line.charCodeAt(programEnd) === 0x3a && isBlank(line.charCodeAt(programEnd + 1));
  const isSyslog = head.lacking === 'year' || line.startsWith('kernel', end + 1);
  if (!(hasProcess && (hasColon || isBlank(line.charCodeAt(programEnd)))) && !(hasColon && isSyslog)) return false;
  head.prefix = line.slice(at, end);
  head.confirm(end);
  return true;
}
