// Numbers for people.

import type { DocumentEnd, LineRange, Metric, PairedDifference } from '../engine/events/events.js';
import { contextSizes } from '../engine/counting/overview.js';

/** `1,234,567`. */
export function groupDigits(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A value to the decimals that its error supports (two digits of the error), or to four digits without one. */
export function estimate(value: number | null, error: number | null): { value: string; error: string } {
  if (value === null) return { value: '-', error: '-' };
  if (error === null || error <= 0) return { value: digits(value, 4), error: '-' };
  const decimals = Math.min(6, Math.max(0, 1 - magnitude(error, 2)));
  return { value: value.toFixed(decimals), error: error.toFixed(decimals) };
}

/** A number to `count` significant digits, never in scientific notation; `-` for null. */
export function digits(value: number | null, count: number): string {
  if (value === null) return '-';
  return value.toFixed(Math.min(12, Math.max(0, count - 1 - magnitude(value, count))));
}

/** Power of ten of the first digit, once rounded to `count` digits: 9.99 to two digits is 10. */
function magnitude(value: number, count: number): number {
  return value === 0 ? 0 : Number(value.toExponential(count - 1).split('e')[1]);
}

/** `12.4 MB`, in powers of 1000. */
export function byteSize(bytes: number): string {
  return inUnits(bytes, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']);
}

/** `312 TFLOP`. */
export function flopCount(flops: number): string {
  return inUnits(flops, ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP', 'ZFLOP']);
}

/** Each unit 1000 times the one before. */
function inUnits(value: number, units: readonly string[]): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(magnitude(value, 3) / 3)));
  return `${digits(value / 1000 ** power, power === 0 ? 1 : 3)} ${units[power] ?? ''}`;
}

/** `0:42`, `12:05` or `3:02:11`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const tail = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** `1 line`, `2 lines`. */
export function countWithNoun(count: number, noun: string): string {
  return `${groupDigits(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `line 7`, `lines 7-12`. */
export function lineRange([first, last]: LineRange): string {
  return first === last ? `line ${groupDigits(first)}` : `lines ${groupDigits(first)}-${groupDigits(last)}`;
}

/** Text from outside, such as a file name, without what could steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

/** `  [Chapter 1. Loomings]`, to follow what is cited; nothing where there is no chapter. */
export function chapterNote(chapter: string | null | undefined): string {
  return typeof chapter === 'string' ? `  [${printable(chapter)}]` : '';
}

/** Text of a document, which keeps its lines and tabs, without what could steer a terminal. */
export function printableText(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '?');
}

/** How a document ended, where that is not at its end: goes on from what was read of it. */
export const endings: Readonly<Record<DocumentEnd['ended'], string>> = {
  end: '',
  limit: ', up to the limit',
  full: ', until the cache was full',
  interrupted: ', until interrupted',
  failed: ', then it failed',
};

/** The same in a table. */
export const shortEndings: Readonly<Record<DocumentEnd['ended'], string>> = {
  end: '-',
  limit: 'limit',
  full: 'cache full',
  interrupted: 'interrupted',
  failed: 'failed',
};

/** A difference with its sign, and its error; `-` where there is none. */
export function signed(difference: PairedDifference | null): { value: string; error: string } {
  if (difference === null) return { value: '-', error: '-' };
  const { value, error } = estimate(difference.natsPerToken, difference.standardError);
  return { value: difference.natsPerToken > 0 ? `+${value}` : value, error };
}

export function probability(difference: PairedDifference | null): string {
  if (difference === null) return '-';
  return difference.pValue < 0.001 ? '<0.001' : difference.pValue.toFixed(3);
}

/** `512`, `128K`, `1M`, in powers of 1024; `> 1M`. */
export function contextSize(size: number | null): string {
  if (size === null) return `> ${contextSize(contextSizes.at(-1) ?? 0)}`;
  if (size >= 2 ** 20) return `${size / 2 ** 20}M`;
  return size >= 1024 ? `${size / 1024}K` : String(size);
}

/** `54%`; `<1%` for what would round to nothing, `>99%` for what would round to all. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 0 && share > 0) return '<1%';
  return rounded === 100 && share < 1 ? '>99%' : `${rounded}%`;
}

/** `3.2M`, `1.2B`. */
export function parameterCount(count: number): string {
  if (count < 1e6) return groupDigits(count);
  return count >= 1e9 ? `${digits(count / 1e9, 2)}B` : `${digits(count / 1e6, 2)}M`;
}

/** A share in percent, or a log-probability in nats. */
export function formatScore(value: number, metric: Metric): string {
  return metric === 'accuracy' ? `${(value * 100).toFixed(1)}%` : value.toFixed(3);
}

/** In percentage points, or nats. */
export function signedScore(value: number, metric: Metric): string {
  const text = metric === 'accuracy' ? (value * 100).toFixed(1) : value.toFixed(3);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text.replace(/^-(0\.?0*)$/, '$1');
}
