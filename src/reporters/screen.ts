// What a text reporter knows of where its text goes.

import { Chalk, type ChalkInstance } from 'chalk';

export interface Screen {
  /** Width to keep to; infinite where nobody looks, as in a pipe. */
  readonly columns: number;
  readonly color: boolean;
}

/** Styles that add nothing to a text where there is no colour. */
export function stylesOf({ color }: Screen): ChalkInstance {
  return new Chalk({ level: color ? ansi256 : 0 });
}

/** Chalk's level of 256 colours, which nearly every terminal has. */
const ansi256 = 2;
