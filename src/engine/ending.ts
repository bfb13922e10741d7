// How a document ended, where that is not at its end.

import type { DocumentEnd } from './events/events.js';
import type { Extent } from './progress/reach.js';
import type { TokenReader } from './tokens/token-reader.js';

/** A document is cut back to a whole code point: 3 bytes at most. */
const longestCut = 3;

interface Limits extends Pick<Extent, 'limitBytes' | 'limitLine'> {
  readonly signal: AbortSignal;
}

/** `full`: a dense cache stopped it. */
export function endingOf(
  { signal, limitBytes = Infinity, limitLine = Infinity }: Limits,
  reader: Pick<TokenReader, 'limited' | 'position'>,
  { failed, full = false }: { readonly failed: boolean; readonly full?: boolean },
): DocumentEnd['ended'] {
  if (failed) return 'failed';
  if (full) return 'full';
  if (signal.aborted) return 'interrupted';
  const { bytes, lines } = reader.position;
  return reader.limited || bytes >= limitBytes - longestCut || lines >= limitLine ? 'limit' : 'end';
}
