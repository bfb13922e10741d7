// Where something stands, as grep and compilers print it.

import type { LineRange } from '../../engine/events/events.js';
import { printable } from '../../reporters/format.js';

/** `services.log:17643-17644`: never grouped, so that editors and scripts can read it. */
export function lineReference(name: string, [first, last]: LineRange): string {
  return `${printable(name)}:${first === last ? first : `${first}-${last}`}`;
}
