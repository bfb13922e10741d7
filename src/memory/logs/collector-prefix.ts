// What a collector of logs puts in front of each line: Docker Compose, kubectl, the container runtime of Kubernetes, and
// grep, which names the file.

import { isBlank, isDigit, isLetter } from './characters.js';
import type { TimeReader } from './time-forms.js';

export interface CollectorPrefix {
  /** Container or pod; undefined where the collector names none. */
  readonly name: string | undefined;
  /** When the collector took the line, in milliseconds since 1970. */
  readonly time: number | undefined;
  /** UTF-16 offset of the line that was collected. */
  readonly end: number;
}

const longestName = 64;

/** Undefined where there is none. */
export function collectorPrefix(line: string): CollectorPrefix | undefined {
  return line.charCodeAt(0) === 0x5b ? kubectl(line) : (compose(line) ?? fileName(line));
}

/** `web_1  | `: a name, spaces, a bar. */
function compose(line: string): CollectorPrefix | undefined {
  let end = 0;
  while (end < longestName && isServiceCharacter(line.charCodeAt(end))) end += 1;
  if (end < 2 || !isBlank(line.charCodeAt(end))) return undefined;
  let bar = end;
  while (bar < longestName && line.charCodeAt(bar) === 0x20) bar += 1;
  if (line.charCodeAt(bar) !== 0x7c) return undefined;
  const after = line.charCodeAt(bar + 1);
  if (after !== 0x20 && !Number.isNaN(after)) return undefined;
  return { name: line.slice(0, end), time: undefined, end: Math.min(line.length, bar + 2) };
}

/** `app.log:`, `app.log:12:`, `app.log.1 `, in front of a figure, a bracket or a word in capitals. */
const file = /^[\w./-]{1,100}?\.log(?:(?!:)\S{0,40} |[\w.-]{0,20}:(?:\d+:)?)(?=[\d[<{A-Z])/;
const longestFile = 160;

function fileName(line: string): CollectorPrefix | undefined {
  const at = line.indexOf('.log');
  if (at < 1 || at > longestFile) return undefined;
  const found = file.exec(line)?.[0];
  return found === undefined ? undefined : { name: found.slice(0, -1), time: undefined, end: found.length };
}

/** `[pod/web-7d4b/app] `. */
function kubectl(line: string): CollectorPrefix | undefined {
  if (!line.startsWith('[pod/')) return undefined;
  const close = line.indexOf(']');
  if (close === -1 || close > 300) return undefined;
  return {
    name: line.slice(1, close),
    time: undefined,
    end: line.charCodeAt(close + 1) === 0x20 ? close + 2 : close + 1,
  };
}

/** `stdout F ` behind the time that the container runtime of Kubernetes puts first. */
export function runtimePrefix(line: string, { time, end }: TimeReader): CollectorPrefix | undefined {
  // " s", that few messages begin with.
  if (line.charCodeAt(end) !== 0x20 || line.charCodeAt(end + 1) !== 0x73) return undefined;
  const tag = /^ std(?:out|err) [FP](?: |$)/.exec(line.slice(end, end + 10));
  return tag === null ? undefined : { name: undefined, time, end: end + tag[0].length };
}

/** Letters, figures, `_`, `-` and `.`. */
function isServiceCharacter(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x5f || code === 0x2d || code === 0x2e;
}
