// The figures and names that times are made of, read at a place in a line by their character codes.

import { isDigit } from './characters.js';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const months = placesOf('jan feb mar apr may jun jul aug sep oct nov dec');
export const weekdays = placesOf('sun mon tue wed thu fri sat');

/** NaN where there are no two digits: no comparison with it holds. */
export function two(line: string, at: number): number {
  const tens = line.charCodeAt(at);
  const ones = line.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? tens * 10 + ones - 0x210 : NaN;
}

export function upToTwo(line: string, at: number): number {
  const code = line.charCodeAt(at);
  if (!isDigit(code)) return NaN;
  return isDigit(line.charCodeAt(at + 1)) ? two(line, at) : code - 0x30;
}

export function four(line: string, at: number): number {
  return two(line, at) * 100 + two(line, at + 2);
}

/** 1-based place among names of three letters; 0 where it is none of them. */
export function threeLetters(line: string, at: number, names: ReadonlyMap<number, number>): number {
  return names.get(packed(line, at)) ?? 0;
}

/** Three letters as a number, capitals or not. */
function packed(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) | 0x20) << 16) | ((text.charCodeAt(at + 1) | 0x20) << 8) | (text.charCodeAt(at + 2) | 0x20)
  );
}

function placesOf(names: string): ReadonlyMap<number, number> {
  return new Map(names.split(' ').map((name, index) => [packed(name, 0), index + 1]));
}
