// Kinds of characters, by code: what runs for every line of a log does not use regular expressions.

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

export function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

export function isHexadecimal(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

/** Space or tab. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Of names of programs, loggers and threads: letters, figures, and `.`, `_`, `$`, `/`, `-`, `@`, `#`, `+`. */
export function isNameCharacter(code: number): boolean {
  return (
    isLetter(code) ||
    isDigit(code) ||
    (code >= 0x2d && code <= 0x2f) ||
    code === 0x5f ||
    code === 0x24 ||
    code === 0x40 ||
    code === 0x23 ||
    code === 0x2b
  );
}

export function skipBlanks(line: string, at: number): number {
  let next = at;
  while (isBlank(line.charCodeAt(next))) next += 1;
  return next;
}

/** Digits in a row, to 20. */
export function countDigits(line: string, at: number): number {
  let end = at;
  while (end < at + 20 && isDigit(line.charCodeAt(end))) end += 1;
  return end - at;
}
