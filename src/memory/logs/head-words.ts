// What words in front of a message look like: names, numbers of processes, places in code.

import { isBlank, isCapital, isDigit, isLetter, isNameCharacter } from './characters.js';

export function wordEnd(line: string, at: number): number {
  let end = at;
  while (end < line.length && !isBlank(line.charCodeAt(end))) end += 1;
  return end;
}

/** Behind a name; `isPath`: of a module, with its colons. */
export function nameEnd(line: string, at: number, isPath = false): number {
  let end = at;
  while (
    isNameCharacter(line.charCodeAt(end)) ||
    (isPath && line.charCodeAt(end) === 0x3a && isLetter(line.charCodeAt(end + 1)))
  ) {
    end += 1;
  }
  return end;
}

/** Behind the brackets that follow a name at once: `sshd(pam_unix)[19939]`. */
export function attachedEnd(line: string, at: number): number {
  let end = at;
  for (let code = line.charCodeAt(end); code === 0x5b || code === 0x28; code = line.charCodeAt(end)) {
    const close = line.indexOf(code === 0x5b ? ']' : ')', end);
    if (close === -1 || close > end + 40) break;
    end = close + 1;
  }
  return end;
}

/** Behind `:17: ` or `:17] ` that starts at a colon; behind the colons of a path; 0 where there is neither. */
export function placeEnd(line: string, colon: number): number {
  if (line.charCodeAt(colon + 1) === 0x3a) return isLetter(line.charCodeAt(colon + 2)) ? colon + 2 : 0;
  let end = colon;
  while (isDigit(line.charCodeAt(end)) || line.charCodeAt(end) === 0x3a) end += 1;
  const isPlace = isDigit(line.charCodeAt(colon + 1)) && isBlank(line.charCodeAt(end));
  if (isPlace && line.charCodeAt(end - 1) === 0x3a) return end;
  return isDigit(line.charCodeAt(colon + 1)) && line.charCodeAt(end) === 0x5d ? end + 1 : 0;
}

/** `- `, `-- `, `--- `. */
export function isDashes(line: string, at: number): boolean {
  let end = at;
  while (line.charCodeAt(end) === 0x2d) end += 1;
  return end >= line.length || isBlank(line.charCodeAt(end));
}

/** Whether a level in small letters is one: something sets it off from the message. */
export function isSetOff(line: string, at: number, end: number): boolean {
  const after = line.charCodeAt(end);
  const next = line.charCodeAt(end + 1);
  // One of ":", "|", ",", "]", ")", ">", "[", "(", "/" and tab; two spaces; a dash.
  if (after === 0x3a || after === 0x7c || after === 0x2c || after === 0x5d || after === 0x29 || after === 0x3e)
    return true;
  if (after === 0x5b || after === 0x28 || after === 0x2f || after === 0x09) return true;
  return (after === 0x20 && (next === 0x20 || next === 0x2d || next === 0x7c)) || line.charCodeAt(at - 1) === 0x7c;
}

/** `/Tag` and then the mark, as logcat prints. */
export function isTagged(line: string, at: number, mark: number): boolean {
  if (line.charCodeAt(at) !== 0x2f) return false;
  const end = nameEnd(line, at + 1);
  const after = line.charCodeAt(end);
  return end > at + 2 && (after === mark || after === 0x28);
}

/** Numbers of processes, threads, requests: figures and what joins them, also behind `pid` or `tid`. */
export function isIdentity(line: string, from: number, to: number): boolean {
  let figures = 0;
  let small = 0;
  let isNamed = false;
  for (let at = from; at < to; at += 1) {
    const code = line.charCodeAt(at);
    if (isDigit(code)) figures += 1;
    else if (code >= 0x61 && code <= 0x7a) {
      const isName = line.startsWith('pid ', at) || line.startsWith('tid ', at);
      if (isName && (at === from || line.charCodeAt(at - 1) === 0x3a)) {
        isNamed = true;
        at += 3;
      } else small += 1;
    } else if (!isIdentityMark(code)) return false;
  }
  return figures > 0 && small === 0 && (isNamed || figures > 2 || figures > (to - from) / 2 - 1);
}

function isIdentityMark(code: number): boolean {
  return isCapital(code) || code === 0x20 || (code >= 0x23 && code <= 0x2f && code !== 0x25) || code === 0x3a;
}

export function isNumber(line: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isDigit(line.charCodeAt(at))) return false;
  return to > from;
}

/** A name as a whole, with a letter in it. */
export function isName(line: string, from: number, to: number): boolean {
  let letters = 0;
  for (let at = from; at < to; at += 1) {
    const code = line.charCodeAt(at);
    if (isLetter(code)) letters += 1;
    else if (!isNameCharacter(code) && !(code === 0x3a && line.charCodeAt(at - 1) !== code - 1)) return false;
  }
  return letters > 0;
}

/** Whether a name that ends there is that of an exception. */
export function isFault(line: string, end: number): boolean {
  return line.startsWith('Error', end - 5) || line.startsWith('Exception', end - 9);
}

/** `org.example.Thing`. */
export function isClass(line: string, from: number, to: number): boolean {
  const dot = line.lastIndexOf('.', to - 1);
  return dot > from && isCapital(line.charCodeAt(dot + 1)) && isLetter(line.charCodeAt(from));
}

/** Of a machine or a subsystem: in capitals, or with figures. */
export function isCode(line: string, from: number, to: number): boolean {
  let small = 0;
  for (let at = from; at < to; at += 1) {
    const code = line.charCodeAt(at);
    if (isDigit(code)) return true;
    if (code >= 0x61) small += 1;
  }
  return small === 0 && to - from > 1;
}
